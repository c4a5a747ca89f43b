//! `POST /providers/finish`

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{Problem, Problems, SameOrigin},
    jobs::Schedule,
};
use uuid::Uuid;

use super::{
    binding::{self, BROWSER, Bindings},
    domain::{Purpose, Refusal, Visit},
    forget::FORGET,
    store,
};
use crate::{
    account,
    credential::{self, Touch},
    device_session::{self, Device, DeviceSessionView, Opened, Origin},
    gate::{Gate, MaybeMember},
    issuer::Issuer,
    leaving,
    pending::{self, PendingSignUps, PendingView},
    provider::Proof,
};

/// What a visit has led to.
enum Finished {
    LoggedIn(Uuid, Opened),
    /// Nobody here logs in with it yet.
    New,
    Done,
}

/// Finishes a visit to a provider, by the page that the browser came back to: this request comes from our own pages and brings
/// the device's own cookies, which a provider's redirect does not. It logs in, or keeps a sign-up that waits for age and consent
/// in the browser, or links, or notes the proof. Once.
#[utoipa::path(operation_id = "finish_provider_visit", tag = "provider",
    params(("__Secure-dojob_arrival" = Option<String>, Cookie, description = "The sealed proof of the provider")),
    responses(
        (status = 200, body = DeviceSessionView, description = "Logged in: sets the refresh cookie, and that of a known device"),
        (status = 202, body = PendingView, description = "New here: age and consent are asked for; sets the sealed sign-up"),
        (status = 204, description = "Linked, or proved"), Problems),
    security((), ("bearer" = [])))]
#[post("/providers/finish")]
#[expect(clippy::too_many_arguments, reason = "what a request is judged by")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    gate: Data<Gate>,
    bindings: Data<Bindings>,
    sign_ups: Data<PendingSignUps>,
    _: SameOrigin,
    me: MaybeMember,
    device: Device,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let now = cx.clock.now();
    let arrival = bindings.arrival(&request, now).ok_or(Refusal::Over)?;
    let browser = BROWSER.of(&request).ok_or(Refusal::Over)?;
    let state = hex::decode(&arrival.visit).map_err(Problem::internal)?;
    let proof = &arrival.proof;

    let owner = credential::find_account(&mut *cx.read().await?, proof).await?;
    let origin = match owner {
        Some(owner) => origin(&cx, &device, owner).await?,
        None => Origin::New,
    };
    let finished = cx
        .tx(async |mut tx: Tx<'_>| {
            let visit = store::finish(&mut tx, &state, &browser).await?.ok_or(Refusal::Over)?;
            tx.unschedule(FORGET, hex::encode(&state)).await?;
            match visit.purpose {
                Purpose::LogIn => match owner {
                    Some(owner) => {
                        // Locked before its ways in, as where one of them is taken away.
                        account::lock_credential(&mut tx, owner).await?;
                        match credential::touch(&mut tx, owner, proof).await? {
                            // It may have been unlinked since it was looked at; then this device must not get in.
                            Touch::Nothing => return Err(Refusal::Over.into()),
                            Touch::Opens => {}
                            Touch::Back => leaving::cancel(&mut tx, owner).await?,
                        }
                        let opened = device_session::start(&mut tx, owner, &device, origin).await?;
                        Ok(Finished::LoggedIn(owner, opened))
                    }
                    None => Ok(Finished::New),
                },
                Purpose::Link => {
                    let me = caller(&visit, me)?;
                    if credential::link(&mut tx, me.account, proof, device.place(me.account)).await? {
                        leaving::cancel(&mut tx, me.account).await?;
                    }
                    device_session::prove(&mut tx, &me).await?;
                    Ok(Finished::Done)
                }
                Purpose::Prove => {
                    let me = caller(&visit, me)?;
                    account::lock_credential(&mut tx, me.account).await?;
                    match credential::touch(&mut tx, me.account, proof).await? {
                        Touch::Nothing => return Err(Refusal::SomebodyElse.into()),
                        Touch::Opens => {}
                        Touch::Back => leaving::cancel(&mut tx, me.account).await?,
                    }
                    device_session::prove(&mut tx, &me).await?;
                    Ok(Finished::Done)
                }
            }
        })
        .await?;
    answer(&cx, &**issuer, &gate, &sign_ups, &device, arrival.proof, finished).await
}

async fn answer(
    cx: &Ctx,
    issuer: &dyn Issuer,
    gate: &Gate,
    sign_ups: &PendingSignUps,
    device: &Device,
    proof: Proof,
    finished: Finished,
) -> Result<HttpResponse, Problem> {
    match finished {
        Finished::LoggedIn(owner, opened) => {
            let card = account::card(&mut *cx.read().await?, owner).await?;
            let mut response = HttpResponse::Ok();
            response.cookie(binding::forget_arrival());
            let remembered = device.remember_account(cx, owner);
            device_session::enter(cx, issuer, gate, response, card, opened, Some(remembered)).await
        }
        Finished::New => {
            let (pending, kept) = sign_ups.keep(proof, cx.clock.now())?;
            let view = pending::view(&mut *cx.read().await?, &pending).await?;
            let mut response = HttpResponse::Accepted();
            Ok(response.cookie(binding::forget_arrival()).cookie(kept).json(view))
        }
        Finished::Done => Ok(HttpResponse::NoContent().cookie(binding::forget_arrival()).finish()),
    }
}

/// Whether the account's owner is known on this device, as after a log-in with a password.
async fn origin(cx: &Ctx, device: &Device, owner: Uuid) -> Result<Origin, Problem> {
    match device.known_to_account(owner, cx.clock.now()) {
        Some(one) if account::is_device_known_since(&mut *cx.read().await?, owner, one.at).await? => {
            Ok(Origin::Known)
        }
        _ => Ok(Origin::New),
    }
}

/// The one who began the visit: still logged in here, and nobody else.
fn caller(visit: &Visit, me: MaybeMember) -> Result<Caller, Refusal> {
    me.0.filter(|me| Some(me.account) == visit.account).ok_or(Refusal::NotLoggedIn)
}
