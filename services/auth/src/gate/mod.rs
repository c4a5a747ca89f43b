//! What is looked at whenever a token is handed out: whether somebody has agreed to the documents of today, and whether they are old
//! enough to act.
//!
//! Who has not agreed gets no access token, but one that only the few operations take by which one reads, agrees, logs out or
//! leaves ([`Member`]); every other service refuses it
//! ([ADR 21](../../../../docs/adr/0021-who-has-not-agreed-gets-no-access-token.md)).

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::{BEFORE_CONSENT, Caller, TOKEN_LIFE},
    http::{Problem, problems},
    time::seoul,
};
use futures_util::future::try_join;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    account,
    age::{self, LeastAge},
    consent::{self, Doc, Documents},
    issuer::{AccessToken, Grant, Seal},
};

/// Lets pass who has agreed.
#[derive(Debug)]
pub(crate) struct Gate {
    documents: Documents,
    least_age: LeastAge,
    seal: Seal,
}

/// What such a token says, sealed.
#[derive(Serialize, Deserialize)]
struct Held {
    account: Uuid,
    device_session: Uuid,
    until: DateTime<Utc>,
}

impl Gate {
    /// # Errors
    /// The cryptography refuses the key.
    pub fn new(
        documents: Documents,
        least_age: LeastAge,
        signing_key: &SecretString,
    ) -> anyhow::Result<Self> {
        Ok(Self { documents, least_age, seal: Seal::new(signing_key, "tokens before consent")? })
    }

    /// What this account must agree to before anything else. Whether it may act is told to the others, if that has changed.
    pub async fn look(&self, cx: &Ctx, account: Uuid) -> Result<Vec<Doc>, Problem> {
        let today = seoul(cx.clock.now()).date_naive();
        // Of every refresh: both are read at once.
        let ((born, told), overdue) = {
            let c = cx.read().await?;
            let age = async { Ok(account::get_may_act(&c, account).await?) };
            try_join(age, consent::overdue(&c, &self.documents, account, today)).await?
        };
        age::keep_told(cx, account, born, told, self.least_age).await?;
        Ok(overdue)
    }

    /// The token of who must agree first.
    pub fn token(&self, grant: Grant) -> Result<AccessToken, Problem> {
        let expires_at = grant.at + TOKEN_LIFE;
        let held = Held { account: grant.account, device_session: grant.device_session, until: expires_at };
        Ok(AccessToken { token: format!("{BEFORE_CONSENT}{}", self.seal.seal(&held)?), expires_at })
    }

    /// Whose token this is, if it is one of these.
    fn open(&self, token: &str, now: DateTime<Utc>) -> Option<Result<Caller, Problem>> {
        let sealed = token.strip_prefix(BEFORE_CONSENT)?;
        let refused = |problem| Some(Err(Problem::new(problem)));
        match self.seal.open::<Held>(sealed) {
            None => refused(problems::TOKEN_INVALID),
            Some(held) if held.until <= now => refused(problems::TOKEN_EXPIRED),
            Some(Held { account, device_session: session, until: expires_at }) => {
                Some(Ok(Caller { account, session, expires_at }))
            }
        }
    }
}

/// A [`Member`], if there is one. A bad token is refused, never taken for nobody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MaybeMember(pub Option<Caller>);

impl FromRequest for MaybeMember {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !req.headers().contains_key(header::AUTHORIZATION) {
            return Box::pin(async { Ok(Self(None)) });
        }
        let member = Member::from_request(req, payload);
        Box::pin(async { member.await.map(|Member(me)| Self(Some(me))) })
    }
}

/// Somebody with a token, whether or not they have agreed to the documents of today. Its operations look at the device session
/// themselves, as all do here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member(pub Caller);

impl FromRequest for Member {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (gate, cx) = (req.app_data::<Data<Gate>>(), req.app_data::<Data<Ctx>>());
        let token = req.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let token = token.and_then(|v| v.split_once(' ')).map(|(_, token)| token.trim());
        let held = gate.zip(cx).zip(token).and_then(|((gate, cx), token)| gate.open(token, cx.clock.now()));
        let caller = Caller::from_request(req, payload);
        Box::pin(async move {
            match held {
                Some(held) => held.map(Self),
                None => caller.await.map(Self),
            }
        })
    }
}
