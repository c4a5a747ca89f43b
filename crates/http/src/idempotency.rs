//! `Idempotency-Key`: a retried or doubled request has one effect and one answer.

use std::{
    future::{Ready, ready},
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use kernel::time::Clock;
use pg::{Class, Open, Pool, Scope, Tx, classify, prepared, schema::idempotency};
use serde::Serialize;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Problem, extract::BodyHash, extract::header_problem, problems};

/// The header `Idempotency-Key`: 8 to 100 visible ASCII characters, made once per attempt by the client.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    key: String,
    request: HttpRequest,
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = req.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::trim);
        ready(match key {
            Some(key) if (8..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => {
                Ok(Self { key: key.to_owned(), request: req.clone() })
            }
            _ => Err(header_problem("Idempotency-Key")),
        })
    }
}

impl IdempotencyKey {
    /// What makes two requests the same one: caller, key, operation and body.
    pub fn fingerprint(&self, account: Uuid) -> Fingerprint {
        let hash = self.request.extensions().get::<BodyHash>().copied().unwrap_or_default();
        Fingerprint {
            account_id: account,
            key: self.key.clone(),
            operation: format!("{} {}", self.request.method(), self.request.path()),
            body_hash: hash.0.to_vec(),
        }
    }
}

/// See [`IdempotencyKey::fingerprint`].
#[derive(Clone, Debug)]
pub struct Fingerprint {
    account_id: Uuid,
    key: String,
    operation: String,
    body_hash: Vec<u8>,
}

/// An answer that can be stored and given again.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    location: Option<String>,
    body: Option<Value>,
}

impl Reply {
    /// 200 with a view.
    ///
    /// # Errors
    /// The view cannot be written as JSON.
    pub fn ok(view: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::OK, None, view)
    }

    /// 201 with the new thing's address and view.
    ///
    /// # Errors
    /// The view cannot be written as JSON.
    pub fn created(location: String, view: &impl Serialize) -> Result<Self, Problem> {
        Self::with(StatusCode::CREATED, Some(location), view)
    }

    /// 204.
    pub fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, location: None, body: None }
    }

    fn with(status: StatusCode, location: Option<String>, view: &impl Serialize) -> Result<Self, Problem> {
        Ok(Self { status, location, body: Some(serde_json::to_value(view).map_err(Problem::internal)?) })
    }

    /// The answer; `replayed` marks one that was given before.
    pub fn response(&self, replayed: bool) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(location) = &self.location {
            response.insert_header((header::LOCATION, location.as_str()));
        }
        if replayed {
            response.insert_header(("idempotency-replayed", "true"));
        }
        match &self.body {
            Some(body) => response.json(body),
            None => response.finish(),
        }
    }
}

/// The stored answer to this request, if it was answered before. Locks the key for the rest of the transaction, so
/// that a doubled request waits for the first one.
///
/// # Errors
/// 422 `idempotency.mismatch` when the key was used for another operation or body; 409
/// `idempotency.in_progress` when the first one is still running after the lock time-out.
pub async fn find(tx: &mut Tx<'_>, print: &Fingerprint) -> Result<Option<Reply>, Problem> {
    #[derive(QueryableByName)]
    struct Locked {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        #[expect(dead_code, reason = "the lock is what counts")]
        locked: bool,
    }
    let name = format!("{}:{}", print.account_id, print.key);
    let lock =
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 7)) IS NOT NULL AS locked")
            .bind::<diesel::sql_types::Text, _>(name);
    let row = idempotency::table.find((print.account_id, &print.key)).select((
        idempotency::operation,
        idempotency::body_hash,
        idempotency::status,
        idempotency::location,
        idempotency::body,
    ));
    // Sent together. They are worked off one after the other, so the second one sees what the lock was waited for.
    let (mut first, mut second): (&AsyncPgConnection, &AsyncPgConnection) = (tx, tx);
    let (locked, row) = futures_util::future::join(
        prepared(lock).get_result::<Locked>(&mut first),
        row.first::<(String, Vec<u8>, i16, Option<String>, Option<Value>)>(&mut second),
    )
    .await;
    locked.map_err(|e| match classify(&e) {
        Class::LockTimeout => Problem::new(problems::IDEMPOTENCY_IN_PROGRESS),
        _ => e.into(),
    })?;
    let row = row.optional()?;
    let Some((operation, body_hash, status, location, body)) = row else { return Ok(None) };
    if operation != print.operation || body_hash != print.body_hash {
        return Err(Problem::new(problems::IDEMPOTENCY_MISMATCH));
    }
    let status =
        u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok()).unwrap_or(StatusCode::OK);
    Ok(Some(Reply { status, location, body }))
}

/// Stores the answer with the commit of its effect.
pub fn keep(tx: &mut Tx<'_>, print: &Fingerprint, reply: &Reply) {
    let now = tx.clock().now();
    tx.defer(diesel::insert_into(idempotency::table).values((
        idempotency::account_id.eq(print.account_id),
        idempotency::key.eq(print.key.clone()),
        idempotency::operation.eq(print.operation.clone()),
        idempotency::body_hash.eq(print.body_hash.clone()),
        idempotency::status.eq(i16::try_from(reply.status.as_u16()).unwrap_or(200)),
        idempotency::location.eq(reply.location.clone()),
        idempotency::body.eq(reply.body.clone()),
        idempotency::created_at.eq(now),
    )));
}

/// Forgets answers after a day, every hour until `stop`.
pub async fn forget(service: &'static str, db: Pool, clock: Clock, stop: CancellationToken) {
    let scope = Scope { clock, service };
    while !stop.is_cancelled() {
        let before = scope.clock.now() - TimeDelta::days(1);
        let forgotten = async {
            let mut open = Open::begin(db.get().await?, &scope);
            open.tx().defer(diesel::delete(idempotency::table.filter(idempotency::created_at.lt(before))));
            open.commit().await?;
            Ok::<_, pg::Error>(())
        };
        if let Err(error) = forgotten.await {
            tracing::debug!(service, %error, "old idempotency keys stay for now");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_hours(1)) => {}
            () = stop.cancelled() => {}
        }
    }
}
