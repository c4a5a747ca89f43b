//! `POST /signup`

use std::{collections::HashSet, sync::Arc};

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, Fields, Problem, Problems, RemoteAddr, SameOrigin},
    jobs::Schedule,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    api,
    expire::{EXPIRE, PENDING},
    problem::Refusal,
};
use crate::{
    account::{self, Account, Email, Locale, Password},
    age::{BirthDate, LeastAge, NoAccount},
    browser,
    consent::{self, Agreed, Documents},
    issuer::Issuer,
    mail::{self, About, MailKind, OnItsWay, Purpose},
    throttle::Throttle,
};

/// Addresses of made-up people: they are verified at once, and no mail goes there. None outside the practice neighbourhood.
#[derive(Clone, Debug, Default)]
pub(crate) struct Practice(Arc<HashSet<String>>);

impl Practice {
    pub fn new(addresses: &[String]) -> Self {
        let in_form = addresses.iter().map(|address| Email::presented(address).as_str().to_owned());
        Self(Arc::new(in_form.collect()))
    }

    fn has(&self, email: &Email) -> bool {
        self.0.contains(email.as_str())
    }
}

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

/// Takes a sign-up; the mail that follows says the rest. The answer and the work are the same whether the address has an account
/// or not: the mail tells its owner alone. The age comes first: somebody too young leaves no trace, not even in a counter of
/// attempts. The browser is marked, so that its owner need not show the password when they open the link in it.
#[utoipa::path(operation_id = "sign_up", tag = "identity", request_body = SignUp,
    params(("__Host-dojob_sign_up" = Option<String>, Cookie, description = "The mark of a browser that signed up before")),
    responses((status = 202, body = OnItsWay, description = "A mail is on its way to the address; sets the browser's mark"), Problems))]
#[post("/signup")]
#[expect(clippy::too_many_arguments, reason = "what a request is judged by")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    (documents, practice, least_age): (Data<Documents>, Data<Practice>, Data<LeastAge>),
    limits: Data<Throttle>,
    _: SameOrigin,
    RemoteAddr(from): RemoteAddr,
    request: HttpRequest,
    ApiJson(req): ApiJson<SignUp>,
) -> Result<HttpResponse, Problem> {
    let now = cx.clock.now();
    let mut f = Fields::new();
    let birth_date = match BirthDate::of_age(&req.birth_date, now, **least_age) {
        Ok(date) => Some(date),
        Err(NoAccount::UnderAge) => return Err(Refusal::UnderAge.into()),
        Err(NoAccount::Invalid(error)) => f.take("/birth_date", Err(error)),
    };
    let email = f.take("/email", Email::parse(&req.email));
    let password = f.take("/password", Password::new(&req.password, email.as_ref()));
    let (birth_date, email, password) =
        f.finish(birth_date.zip(email).zip(password).map(|((b, e), p)| (b, e, p)))?;
    let choices = consent::choose(&documents, &req.consents)?;

    let (browser, mark) = browser::SIGN_UP.set(&request)?;
    let counted = [limits.mails_to(email.as_str()), limits.sign_ups_from(from)];
    let account = Account {
        id: cx.clock.id(),
        email: Some(email.clone()),
        locale: req.locale,
        created_at: now,
        verified_at: None,
        erase_at: None,
    };
    let credential = limits.attempt_to(&cx, &counted, issuer.set_password(account.id, &password)).await?;

    cx.tx(async |mut tx: Tx<'_>| {
        let owner = account::find_verified(&mut tx, &email).await?;
        // Also when the address is taken: then nothing leads to this account, and it goes like any other that is not verified.
        account::insert(&mut tx, &account, birth_date.date(), Some(&credential), Some(&browser)).await?;
        consent::record_all(&mut tx, account.id, &choices).await?;
        tx.schedule(EXPIRE, account.id, now + PENDING, &()).await?;
        match owner {
            None if practice.has(&email) => {
                account::update_unreachable(&mut tx, account.id, never()).await?;
                api::register(&mut tx, &account, birth_date.date()).await
            }
            None => {
                let about = About::link(Purpose::Verify);
                Ok(mail::request(&mut tx, account.id, MailKind::VerifyAddress, about).await?)
            }
            Some(owner) => {
                let about = About::link(Purpose::Reset);
                Ok(mail::request(&mut tx, owner, MailKind::AlreadyRegistered, about).await?)
            }
        }
    })
    .await?;
    Ok(HttpResponse::Accepted().cookie(mark).json(OnItsWay::default()))
}

/// Later than anything: PostgreSQL keeps it, and chrono reads it back.
fn never() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
