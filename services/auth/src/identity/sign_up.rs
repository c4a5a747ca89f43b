//! `POST /signup`

use actix_web::{HttpResponse, http::header, post, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    db::{OnConstraint, Tx},
    events::{Actor, Emit},
    http::{ApiJson, Fields, Problem, Problems, RemoteAddr, SameOrigin},
    time::seoul,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    api::AccountCard,
    domain::{BirthDate, Email, Locale, NoAccount, Password},
    problem::Refusal,
    store,
};
use crate::{
    Auth,
    consent::{self, Agreed},
    event::{AccountRegistered, AgeBand},
    session::{self, Device, SessionView},
    throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// NFC, trimmed and lower-cased by us.
    #[schema(example = "minji@dojob.example", max_length = 254)]
    email: String,
    /// 10 to 128 characters of any kind.
    #[schema(min_length = 10, max_length = 128)]
    password: String,
    #[schema(example = "1990-03-14")]
    birth_date: String,
    /// The documents that were agreed to, in the version that was shown.
    consents: Vec<Agreed>,
    locale: Locale,
}

/// Opens an account and logs this device in. The age comes first: whoever is too young leaves no trace, not even in a
/// counter of attempts.
#[utoipa::path(operation_id = "sign_up", tag = "identity", request_body = SignUp,
    responses((status = 201, body = SessionView, description = "Sets the refresh cookie"), Problems))]
#[post("/signup")]
pub async fn handle(
    cx: Data<Ctx>,
    auth: Data<Auth>,
    _: SameOrigin,
    from: RemoteAddr,
    device: Device,
    ApiJson(req): ApiJson<SignUp>,
) -> Result<HttpResponse, Problem> {
    let now = cx.clock.now();
    let mut f = Fields::new();
    let birth_date = match BirthDate::parse(&req.birth_date, now) {
        Ok(date) => Some(date),
        Err(NoAccount::UnderAge) => return Err(Refusal::UnderAge.into()),
        Err(NoAccount::Invalid(error)) => f.take("/birth_date", Err(error)),
    };
    let email = f.take("/email", Email::parse(&req.email));
    let password = f.take("/password", Password::new(&req.password, email.as_ref()));
    let (birth_date, email, password) =
        f.finish(birth_date.zip(email).zip(password).map(|((b, e), p)| (b, e, p)))?;
    let choices = consent::choose(&auth.documents, &req.consents)?;

    let sign_ups = auth.throttle.sign_ups_from(from.0);
    throttle::attempt(&cx, &[&sign_ups]).await?;
    if store::is_taken(&mut *cx.read().await?, &email).await? {
        return Err(Refusal::EmailTaken.into());
    }
    let account = store::Account { id: cx.clock.id(), email, locale: req.locale, created_at: now };
    let credential = match auth.issuer.set_password(account.id, &password).await {
        Ok(credential) => credential,
        Err(away) => {
            throttle::give_all_back(&cx, &[&sign_ups]).await?;
            return Err(away);
        }
    };

    let opened = cx
        .tx(async |mut tx: Tx<'_>| {
            store::insert(&mut tx, &account, birth_date.date(), &credential)
                .await
                .on_constraint("accounts_email_key", Problem::from(Refusal::EmailTaken))?;
            consent::record_all(&mut tx, account.id, &choices).await?;
            let registered = AccountRegistered {
                account_id: account.id,
                locale: account.locale,
                age_band: age_band(birth_date, now),
                consents: consent::granted(&choices),
                version: store::next_version(&mut tx, account.id).await?,
            };
            tx.emit(Actor::Account(account.id), &registered).await?;
            session::start(&mut tx, account.id, &device, true).await
        })
        .await?;
    let mut created = HttpResponse::Created();
    created.insert_header((header::LOCATION, "/api/auth/account"));
    session::enter(&cx, &auth, created, AccountCard::from(&account), opened).await
}

fn age_band(birth_date: BirthDate, now: DateTime<Utc>) -> AgeBand {
    AgeBand::of(birth_date.date(), seoul(now).date_naive())
}
