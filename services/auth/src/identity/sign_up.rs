//! `POST /signup`

use actix_web::{HttpResponse, http::header, post, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    db::{OnConstraint, Tx},
    events::{Actor, Emit},
    http::{ApiJson, Fields, Problem, Problems, SameOrigin},
    time::seoul,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    domain::{AgeBand, BirthDate, NoAccount},
    events::AccountRegistered,
    problem::Refusal,
};
use crate::{
    account::{self, Account, AccountCard, Email, Locale, Password},
    consent::{self, Agreed, Documents},
    device_session::{self, Device, DeviceSessionView, Origin},
    issuer::Issuer,
    throttle::{self, Throttle},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// In any case, width and form of the domain; before the `@` ASCII.
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

/// Opens an account and logs this device in. The age comes first: somebody too young leaves no trace, not even
/// in a counter of attempts.
#[utoipa::path(operation_id = "sign_up", tag = "identity", request_body = SignUp,
    responses((status = 201, body = DeviceSessionView, description = "Sets the refresh cookie, and that of a known device"), Problems))]
#[post("/signup")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    documents: Data<Documents>,
    limits: Data<Throttle>,
    _: SameOrigin,
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
    let choices = consent::choose(&documents, &req.consents)?;

    let sign_ups = [limits.sign_ups_from(device.address)];
    limits.attempt(&cx, &sign_ups).await?;
    if account::is_taken(&mut *cx.read().await?, &email).await? {
        return Err(Refusal::EmailTaken.into());
    }
    let account = Account { id: cx.clock.id(), email, locale: req.locale, created_at: now };
    let credential = match issuer.set_password(account.id, &password).await {
        Ok(credential) => credential,
        Err(overloaded) => {
            throttle::give_all_back(&cx, &sign_ups).await?;
            return Err(overloaded);
        }
    };

    let opened = cx
        .tx(async |mut tx: Tx<'_>| {
            account::insert(&mut tx, &account, birth_date.date(), &credential)
                .await
                .on_constraint("accounts_email_key", Problem::from(Refusal::EmailTaken))?;
            consent::record_all(&mut tx, account.id, &choices).await?;
            let registered = AccountRegistered {
                account_id: account.id,
                locale: account.locale,
                age_band: age_band(birth_date, now),
                consents: consent::granted(&choices),
                version: account::next_version(&mut tx, account.id).await?,
            };
            tx.emit(Actor::Account(account.id), &registered).await?;
            device_session::start(&mut tx, account.id, &device, Origin::First).await
        })
        .await?;
    let mut created = HttpResponse::Created();
    created.insert_header((header::LOCATION, "/api/auth/account"));
    let remembered = device.remember(&cx, &account.email);
    let card = AccountCard::from(&account);
    device_session::enter(&cx, &**issuer, created, card, opened, Some(remembered)).await
}

fn age_band(birth_date: BirthDate, now: DateTime<Utc>) -> AgeBand {
    AgeBand::of(birth_date.date(), seoul(now).date_naive())
}
