//! The service under test.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{
    HttpResponse, get,
    http::StatusCode,
    post, put,
    web::{Bytes, Data},
};
use chrono::{DateTime, TimeDelta, Utc};
use common::{
    Ctx, Service, Shared,
    auth::Caller,
    db::{OnConstraint, Tx},
    events::{Actor, Consumer, Emit, Envelope, Event, Failure},
    http::{
        ApiJson, ApiPath, ApiQuery, FieldError, Fields, IdempotencyKey, MaybeCaller, Page, PageQuery,
        Problem, Problems, RemoteAddr, Reply, SameOrigin,
    },
    jobs::{Job, Jobs},
    service::{Mount, Routes},
    text,
};
use diesel::{prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub const TOPIC: &str = "dojob.tiny.things.v1";

common::http::problems! { pub(crate) const:
    ROOM_TAKEN = 409 "room.taken",
    NAME_TAKEN = 409 "thing.name_taken",
}

pub mod field {
    common::http::field_codes! { pub(crate) const:
        PARTS_TOO_MANY = "parts.too_many",
    }
}

diesel::table! {
    thing (id) { id -> Uuid, name -> Text, size -> Integer, parent -> Nullable<Uuid>, }
}
diesel::table! {
    effect (id) { id -> BigInt, by -> Text, key -> Uuid, n -> BigInt, }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Said {
    pub key: Uuid,
    pub n: i64,
}

impl Event for Said {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "Said";

    fn key(&self) -> Uuid {
        self.key
    }

    fn sequence(&self) -> i64 {
        self.n
    }
}

/// A fact that nobody reacts to.
#[derive(Serialize)]
pub struct Mumbled(pub Uuid);

impl Event for Mumbled {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "Mumbled";

    fn key(&self) -> Uuid {
        self.0
    }

    fn sequence(&self) -> i64 {
        1
    }
}

/// How the reactions and jobs for a key behave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    Fails,
    Panics,
    /// Says that what it needs is away, or held by somebody else.
    Waits,
    /// Works after a while.
    Slow(Duration),
}

#[derive(Clone, Default)]
pub struct Moods {
    keys: Arc<Mutex<HashMap<Uuid, OfKey>>>,
    /// Rings with every try.
    pub tried: Arc<tokio::sync::Notify>,
}

/// A key's mood and how often its work was tried.
type OfKey = (Option<Mood>, u32);

impl Moods {
    pub fn set(&self, key: Uuid, mood: Option<Mood>) {
        self.keys.lock().unwrap().entry(key).or_default().0 = mood;
    }

    /// How often the work for this key was tried.
    pub fn tries(&self, key: Uuid) -> u32 {
        self.keys.lock().unwrap().get(&key).map_or(0, |k| k.1)
    }

    async fn feel(&self, key: Uuid) -> Result<(), Failure> {
        let mood = {
            let mut moods = self.keys.lock().unwrap();
            let of_key = moods.entry(key).or_default();
            of_key.1 += 1;
            of_key.0
        };
        self.tried.notify_one();
        match mood {
            None => Ok(()),
            Some(Mood::Fails) => Err(Failure::Permanent("in a bad mood".to_owned())),
            Some(Mood::Waits) => Err(Failure::Transient("in a waiting mood".to_owned())),
            Some(Mood::Panics) => panic!("in a very bad mood"),
            Some(Mood::Slow(time)) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
        }
    }
}

async fn done(tx: &mut Tx<'_>, by: &str, key: Uuid, n: i64) -> QueryResult<()> {
    diesel::insert_into(effect::table)
        .values((effect::by.eq(by), effect::key.eq(key), effect::n.eq(n)))
        .execute(tx)
        .await
        .map(drop)
}

async fn echo(tx: &mut Tx<'_>, e: Envelope<Said>, moods: Moods) -> Result<(), Failure> {
    // The effect comes first, so that a failure has something to undo.
    done(tx, "echo", e.key, e.data.n).await?;
    moods.feel(e.key).await
}

/// Once, or every hour as often as the payload says.
async fn ring(tx: &mut Tx<'_>, job: Job, moods: Moods) -> Result<Option<DateTime<Utc>>, Failure> {
    let key: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{e}")))?;
    let rung: i64 = effect::table.filter(effect::key.eq(key)).count().get_result(tx).await?;
    done(tx, "ring", key, job.payload["n"].as_i64().unwrap_or(0)).await?;
    moods.feel(key).await?;
    let again = rung + 1 < job.payload["times"].as_i64().unwrap_or(1);
    Ok(again.then(|| job.run_at + TimeDelta::hours(1)))
}

/// A consumer that joins later.
#[cfg(feature = "kafka")]
pub fn late() -> Consumer {
    Consumer::new("tiny/late").on::<Said, _>(TOPIC, "Said", |tx, e| {
        async move { Ok(done(tx, "late", e.key, e.data.n).await?) }.boxed()
    })
}

pub fn build(shared: Shared, moods: Moods) -> Service {
    let routes: Routes = Arc::new(|c| {
        c.service(make)
            .service(list)
            .service(read)
            .service(who)
            .service(mine)
            .service(own_pages_only)
            .service(remote)
            .service(slow)
            .service(panics)
            .service(stream)
            .service(swallow);
    });
    let (of_echo, of_ring) = (moods.clone(), moods);
    Service {
        cx: Ctx::new("tiny", shared),
        mounts: vec![Mount { path: "/api/tiny", title: "Tiny", routes }],
        consumers: vec![
            Consumer::new("tiny/echo")
                .on::<Said, _>(TOPIC, "Said", move |tx, e| echo(tx, e, of_echo.clone()).boxed()),
        ],
        jobs: Jobs::new().on("ring", move |tx, job| ring(tx, job, of_ring.clone()).boxed()),
        workers: Vec::new(),
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MakeThing {
    name: String,
    size: i32,
    #[serde(default)]
    parts: Vec<Part>,
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Part {
    #[serde(rename = "count")]
    _count: u8,
}

#[derive(Serialize, Queryable, utoipa::ToSchema)]
struct Thing {
    id: Uuid,
    name: String,
    size: i32,
}

/// Takes `size` milliseconds.
#[utoipa::path(operation_id = "make_thing", request_body = MakeThing, responses((status = 201, body = Thing), Problems))]
#[post("/things")]
async fn make(
    cx: Data<Ctx>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<MakeThing>,
) -> Result<HttpResponse, Problem> {
    let mut f = Fields::new();
    if req.name.is_empty() {
        f.refuse("/name", FieldError::plain(text::EMPTY));
    }
    if req.parts.len() > 1 {
        f.refuse("/parts", FieldError::new(field::PARTS_TOO_MANY, json!({ "max": 1 })));
    }
    f.done()?;
    cx.once(&me, &key, async |mut tx: Tx<'_>| {
        let id = tx.clock().id();
        diesel::insert_into(thing::table)
            .values((thing::id.eq(id), thing::name.eq(&req.name), thing::size.eq(req.size)))
            .execute(&mut tx)
            .await
            .on_constraint("thing_name_key", Problem::new(NAME_TAKEN))?;
        let wait = Duration::from_millis(u64::try_from(req.size).unwrap_or(0));
        tokio::time::sleep(wait).await;
        tx.emit(Actor::Account(me.account), &Said { key: id, n: 1 }).await?;
        Reply::created(
            format!("/api/tiny/things/{id}"),
            &Thing { id, name: req.name.clone(), size: req.size },
        )
    })
    .await
}

#[utoipa::path(operation_id = "things", params(PageQuery), responses((status = 200, body = Page<Thing>), Problems))]
#[get("/things")]
async fn list(
    cx: Data<Ctx>,
    _: MaybeCaller,
    ApiQuery(q): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (limit, after) = (q.limit()?, q.after::<Uuid>()?);
    let rows: Vec<Thing> = thing::table
        .filter(thing::id.gt(after.unwrap_or_default()))
        .order(thing::id)
        .limit(i64::try_from(limit).unwrap() + 1)
        .select((thing::id, thing::name, thing::size))
        .load(&mut *cx.read().await?)
        .await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, limit, |t| t.id, |t| t)))
}

#[utoipa::path(operation_id = "thing", params(("id" = Uuid, Path)), responses((status = 200, body = Thing), Problems))]
#[get("/things/{id}")]
async fn read(cx: Data<Ctx>, ApiPath(id): ApiPath<Uuid>) -> Result<HttpResponse, Problem> {
    let found = thing::table.find(id).select((thing::id, thing::name, thing::size));
    Ok(HttpResponse::Ok().json(found.first::<Thing>(&mut *cx.read().await?).await?))
}

#[utoipa::path(operation_id = "who", responses((status = 200), Problems))]
#[get("/who")]
async fn who(me: MaybeCaller) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "account": me.account() }))
}

#[utoipa::path(operation_id = "mine", responses((status = 200), Problems), security(("bearer" = [])))]
#[get("/mine")]
async fn mine(me: Caller) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "account": me.account, "session": me.session }))
}

#[utoipa::path(operation_id = "own_pages_only", responses((status = 204), Problems))]
#[post("/own-pages-only")]
async fn own_pages_only(_: SameOrigin) -> HttpResponse {
    HttpResponse::NoContent().finish()
}

#[utoipa::path(operation_id = "remote", responses((status = 200), Problems))]
#[get("/remote")]
async fn remote(RemoteAddr(address): RemoteAddr) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "address": address }))
}

#[utoipa::path(operation_id = "slow", params(("ms" = u64, Path)), responses((status = 204), Problems))]
#[get("/slow/{ms}")]
async fn slow(ApiPath(ms): ApiPath<u64>) -> HttpResponse {
    tokio::time::sleep(Duration::from_millis(ms)).await;
    HttpResponse::NoContent().finish()
}

#[utoipa::path(operation_id = "panics", responses((status = 204), Problems))]
#[get("/panics")]
async fn panics() -> HttpResponse {
    panic!("a mistake of ours")
}

/// Two words, half a second apart.
#[utoipa::path(operation_id = "stream", responses((status = 200), Problems))]
#[get("/stream")]
async fn stream() -> HttpResponse {
    let words = futures_util::stream::unfold(0, |n| async move {
        if n == 1 {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let word = ["data: first\n\n", "data: second\n\n"].get(n)?;
        Some((Ok::<_, actix_web::Error>(Bytes::from_static(word.as_bytes())), n + 1))
    });
    HttpResponse::Ok().content_type("text/event-stream").streaming(words)
}

/// Takes the error of a statement for nothing: a mistake that must not look like success.
#[utoipa::path(operation_id = "swallow", params(("name" = String, Path)), responses((status = 204), Problems))]
#[put("/swallow/{name}")]
async fn swallow(cx: Data<Ctx>, ApiPath(name): ApiPath<String>) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        for _ in 0..2 {
            let id = tx.clock().id();
            let made =
                diesel::sql_query("INSERT INTO thing (id, name, size) VALUES ($1, $2, 1) RETURNING id")
                    .bind::<sql_types::Uuid, _>(id)
                    .bind::<sql_types::Text, _>(&name)
                    .execute(&mut tx)
                    .await;
            drop(made);
        }
        Ok(())
    })
    .await?;
    Ok(HttpResponse::build(StatusCode::NO_CONTENT).finish())
}
