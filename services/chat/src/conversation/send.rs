//! Saying something.

use actix_web::{HttpResponse, http::StatusCode, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    events::{Actor, Emit},
    http::{ApiJson, ApiPath, Fields, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    domain::Text,
    events::MessageStored,
    not_here_yet,
    store::{self, Append, Fate},
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
pub async fn handle(
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

/// Stores the message at the end of the conversation and tells of it. The client's answer is given after the commit.
///
/// # Errors
/// 404 for strangers; 429 `message.too_many`.
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
        let wait = std::time::Duration::from_secs(1);
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "message.too_many").retry_after(wait));
    }
    let (id, body) = (cx.clock.id(), text.into_inner());
    let append = Append {
        conversation_id,
        id,
        author_id: Some(account),
        client_id: Some(client_id),
        body: Some(body.clone()),
        system_key: None,
        params: None,
        at,
    };
    let mut open = cx.begin().await?;
    let fate = store::append(&mut open.tx(), append).await;
    let appended = match fate {
        Ok(Fate::Stored(appended)) => appended,
        // Rolling back gives the number back: a retry leaves no gap.
        Ok(Fate::Known) => {
            open.rollback().await;
            let row = store::sent_before(&mut *cx.read().await?, conversation_id, account, client_id).await?;
            return Ok(Sent::Before(row.into()));
        }
        Ok(Fate::Absent) => {
            open.rollback().await;
            return Err(not_here_yet());
        }
        Err(error) => {
            open.rollback().await;
            return Err(error.into());
        }
    };
    let (seq, version, participants) = (appended.seq, appended.version, appended.participants);
    let stored = MessageStored {
        conversation_id,
        message_id: id,
        seq,
        sender_id: Some(account),
        participants,
        version,
    };
    if let Err(error) = open.tx().emit(Actor::Account(account), &stored).await {
        open.rollback().await;
        return Err(error.into());
    }
    cx.commit(open).await?;
    Ok(Sent::New(MessageView {
        conversation_id,
        seq,
        id,
        client_id: Some(client_id),
        sender_id: Some(account),
        text: Some(body),
        system: None,
        at,
    }))
}
