//! `POST /signup/provider`

use actix_web::{HttpRequest, HttpResponse, http::header, post, web::Data};
use common::{
    Ctx,
    db::{OnConstraint, Tx},
    http::{ApiJson, Problem, Problems, SameOrigin},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{api, problem::Refusal};
use crate::{
    account::{self, Account, AccountCard, Locale},
    age::{BirthDate, LeastAge, NoAccount},
    consent::{self, Agreed, Documents},
    credential,
    device_session::{self, Device, DeviceSessionView, Origin},
    gate::Gate,
    issuer::Issuer,
    pending::{self, PendingSignUps},
    throttle::Throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpByProvider {
    #[schema(example = "1990-03-14")]
    birth_date: String,
    /// The documents that were agreed to, in the version that was shown.
    consents: Vec<Agreed>,
    locale: Locale,
}

/// Opens an account for the sign-up that waits in this browser, and logs the device in. The age comes first: somebody too young
/// leaves no trace, not even the provider's proof in their own browser.
#[utoipa::path(operation_id = "sign_up_by_provider", tag = "identity", request_body = SignUpByProvider,
    params(("__Secure-dojob_pending" = Option<String>, Cookie, description = "The sealed proof of the provider")),
    responses((status = 201, body = DeviceSessionView, description = "Sets the refresh cookie, and that of a known device"), Problems))]
#[post("/signup/provider")]
#[expect(clippy::too_many_arguments, reason = "what a request is judged by")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    gate: Data<Gate>,
    documents: Data<Documents>,
    limits: Data<Throttle>,
    least_age: Data<LeastAge>,
    sign_ups: Data<PendingSignUps>,
    _: SameOrigin,
    device: Device,
    request: HttpRequest,
    ApiJson(req): ApiJson<SignUpByProvider>,
) -> Result<HttpResponse, Problem> {
    let now = cx.clock.now();
    let birth_date = match BirthDate::of_age(&req.birth_date, now, **least_age) {
        Ok(date) => date,
        Err(NoAccount::UnderAge) => return forgotten(&Refusal::UnderAge.into()),
        Err(NoAccount::Invalid(error)) => return Err(Problem::field("/birth_date", error)),
    };
    let proof = sign_ups.of(&request, now)?.proof;
    let choices = consent::choose(&documents, &req.consents)?;

    limits.attempt(&cx, &[limits.sign_ups_from(device.address)]).await?;
    let (email, _) = pending::email_of(&mut *cx.read().await?, &proof).await?;
    let verified_at = email.as_ref().map(|_| now);
    let (id, locale) = (cx.clock.id(), req.locale);
    let account = Account { id, email, locale, created_at: now, verified_at, erase_at: None };

    let opened = cx
        .tx(async |mut tx: Tx<'_>| {
            account::insert(&mut tx, &account, birth_date.date(), None, None)
                .await
                // Somebody else has joined with the address since it was looked at: asked again, it is left out.
                .on_constraint(
                    "accounts_verified_email_idx",
                    Problem::unavailable("the address was taken meanwhile"),
                )?;
            credential::add(&mut tx, account.id, &proof).await?;
            consent::record_all(&mut tx, account.id, &choices).await?;
            if let Some(email) = &account.email {
                // Others may have signed up with it and never opened the mail.
                account::delete_pending_with(&mut tx, email).await?;
            }
            api::publish(&mut tx, &account, birth_date.date()).await?;
            device_session::start(&mut tx, account.id, &device, Origin::First).await
        })
        .await?;
    let mut created = HttpResponse::Created();
    created.insert_header((header::LOCATION, "/api/auth/account")).cookie(pending::forget());
    let remembered = device.remember_account(&cx, account.id);
    let card = AccountCard::from(&account);
    device_session::enter(&cx, &**issuer, &gate, created, card, opened, Some(remembered)).await
}

/// The refusal, and nothing is left in the browser either.
fn forgotten(refusal: &Problem) -> Result<HttpResponse, Problem> {
    let mut response = refusal.response(None);
    response.add_cookie(&pending::forget()).map_err(Problem::internal)?;
    Ok(response)
}
