//! Sends a message.

use std::cell::Cell;

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiJson, ApiPath, Fields, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    domain::Text,
    events::MessageStored,
    problem::{not_here_yet, too_many_messages, too_many_unanswered},
    store::{self, Message, MessageRow, SendOutcome},
    throttle::Throttle,
    view::MessageView,
};

/// A message. `client_id` is made once per message by the client: sending it again gives the first one's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    client_id: Uuid,
    /// 1 to 2,000 characters.
    text: String,
}

/// A message that is safely kept.
pub(crate) enum Sent {
    New(MessageView),
    /// This client id was used before: the message of then.
    Before(MessageView),
}

/// Sends a message. 201 for a new one, 200 for a retry.
#[utoipa::path(operation_id = "send_message", tag = "conversation", params(("id" = Uuid, Path)), request_body = SendMessage,
    security(("bearer" = [])),
    responses((status = 201, body = MessageView), (status = 200, body = MessageView, description = "Sent before"), Problems))]
#[post("/conversations/{id}/messages")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    throttle: Data<Throttle>,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<SendMessage>,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new();
    let text = fields.take("/text", Text::parse(&req.text));
    let text = fields.finish(text)?;
    match run(&cx, &throttle, me.account, id, req.client_id, text).await? {
        Sent::New(message) => Ok(HttpResponse::Created().json(message)),
        Sent::Before(message) => Ok(HttpResponse::Ok().json(message)),
    }
}

/// Stores the message at the end of the conversation and publishes it. The client's answer is given after the commit.
///
/// # Errors
/// 404 for strangers; 429 `message.too_many`, `message.too_many_unanswered`.
pub(crate) async fn run(
    cx: &Ctx,
    throttle: &Throttle,
    account: Uuid,
    conversation_id: Uuid,
    client_id: Uuid,
    text: Text,
) -> Result<Sent, Problem> {
    let at = cx.clock.now();
    if !throttle.may_send(account, at) {
        return Err(too_many_messages());
    }
    let message = Message {
        conversation_id,
        id: cx.clock.id(),
        author_id: Some(account),
        client_id: Some(client_id),
        body: Some(text.into_inner()),
        system_key: None,
        params: None,
        at,
    };
    let is_known = Cell::new(false);
    let sent = cx
        .tx(async |mut tx: Tx<'_>| {
            let appended = match store::append(&mut tx, message.clone()).await? {
                SendOutcome::Stored(appended) => appended,
                SendOutcome::Known => {
                    // Refused, so that rolling back gives the number back: a retry leaves no gap.
                    is_known.set(true);
                    return Err(not_here_yet());
                }
                SendOutcome::Absent => return Err(not_here_yet()),
            };
            let limit = throttle.unanswered;
            appended.unanswered.judge(limit, at).map_err(|until| too_many_unanswered(limit, until, at))?;
            let stored = MessageStored {
                conversation_id,
                message_id: message.id,
                seq: appended.seq,
                sender_id: Some(account),
                participants: appended.participants,
                version: appended.version,
            };
            tx.emit(Actor::Account(account), &stored).await?;
            Ok(appended.seq)
        })
        .await;
    if is_known.get() {
        let row = store::sent_before(&mut *cx.read().await?, conversation_id, account, client_id).await?;
        return Ok(Sent::Before(row.into()));
    }
    Ok(Sent::New(MessageRow { seq: sent?, message }.into()))
}
