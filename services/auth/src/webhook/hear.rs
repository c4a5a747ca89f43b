//! What all of them have in common: finding the provider, reading within its patience, taking the way in away.

use std::time::Duration;

use common::{Ctx, db::Tx, http::Problem};
use serde::de::DeserializeOwned;

use crate::{
    credential, leaving, problems,
    provider::{Client, Failure, Provider, Providers, Told},
};

/// No message is longer.
const MOST: usize = 64 * 1024;

/// Kakao waits three seconds for an answer and then tells it again. Its keys may have to be asked for meanwhile.
const PATIENCE: Duration = Duration::from_millis(2_500);

/// The provider, if it is offered.
pub(super) fn client(providers: &Providers, provider: Provider) -> Result<&Client, Problem> {
    providers.find(provider).ok_or_else(Problem::not_found)
}

/// A form, if it is one.
pub(super) fn form<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let read = (body.len() <= MOST).then(|| serde_urlencoded::from_bytes(body).ok()).flatten();
    read.ok_or_else(unbelievable)
}

/// It does not prove to be the provider's.
pub(super) fn unbelievable() -> Problem {
    Problem::new(problems::PROVIDER_UNBELIEVABLE)
}

/// Acts on a message that is signed with the provider's keys.
///
/// # Errors
/// 401 `provider.unbelievable`; 503 `provider.unavailable` if its keys cannot be had in time: it tells it again.
pub(super) async fn hear_signed(
    cx: &Ctx,
    providers: &Providers,
    client: &Client,
    token: &str,
) -> Result<(), Problem> {
    if token.len() > MOST {
        return Err(unbelievable());
    }
    let unavailable = || Problem::new(problems::PROVIDER_UNAVAILABLE).retry_after(PATIENCE);
    let read = tokio::time::timeout(PATIENCE, client.read_signed(token.trim(), cx.clock.now()));
    let signed = match read.await {
        Ok(Ok(signed)) => signed,
        Ok(Err(Failure::Unbelievable | Failure::Code)) => return Err(unbelievable()),
        Ok(Err(Failure::Unavailable)) | Err(_) => return Err(unavailable()),
    };
    match &signed.unlinked {
        Some(told) => unlink(cx, providers, client, told).await,
        None => Ok(()),
    }
}

/// The way in goes. Whoever has no other one left is leaving: the fourteen days begin.
pub(super) async fn unlink(
    cx: &Ctx,
    providers: &Providers,
    client: &Client,
    told: &Told,
) -> Result<(), Problem> {
    cx.tx(async |mut tx: Tx<'_>| match credential::unlink_there(&mut tx, providers, client, told).await? {
        Some(account) => leaving::schedule(&mut tx, account).await.map(drop),
        None => Ok(()),
    })
    .await
}
