//! The bare floor: actix-web and tokio-postgres, connections owned by the workers, rows borrowed into JSON. A process of
//! its own (`dojob-bench floor`), as the peers are.

use std::{cell::Cell, collections::HashMap, sync::OnceLock};

use actix_web::{App, HttpResponse, HttpServer, error::ErrorInternalServerError, web};
use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio_postgres::{Client, NoTls, Row, Statement, types::Json};
use uuid::Uuid;

const WORKERS: usize = 2;
const CONNECTIONS: usize = 4;

const OWNER: &str = "m.id, m.name, m.region_code, m.given_count, m.gone_at \
    FROM listings l JOIN members m ON m.id = l.owner_id WHERE l.kind = 'talent'";
const WRITE: &str = "WITH changed AS (UPDATE members SET bio = $2, version = version + 1 WHERE id = $1 RETURNING *), \
    told AS (INSERT INTO bench_outbox (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
    SELECT gen_random_uuid(), 'dojob.core.membership.v1', 'MemberProfileChanged', id, version, now(), \
    jsonb_build_object('actor', jsonb_build_object('account', id), 'source', '/dojob/core'), \
    jsonb_build_object('member_id', id, 'fields', '{bio}'::text[], 'complete', true, 'languages', languages, \
    'region_code', region_code) FROM changed) SELECT id, name, bio, region_code, languages, given_count, \
    given_minutes, received_count, received_minutes FROM changed";

#[derive(Serialize, Deserialize)]
struct Region {
    code: String,
    name: String,
    path: String,
    short: String,
}

static REGIONS: OnceLock<HashMap<String, Region>> = OnceLock::new();

fn region(code: Option<&str>) -> Option<&'static Region> {
    REGIONS.get()?.get(code?)
}

#[derive(Serialize)]
struct Card<'r> {
    id: Uuid,
    name: Option<&'r str>,
    region: Option<&'static Region>,
    given_count: i32,
    gone: bool,
}

fn card(row: &Row, at: usize) -> Card<'_> {
    let gone = row.get::<_, Option<DateTime<Utc>>>(at + 4).is_some();
    let (id, region) = (row.get(at), region(row.get(at + 2)));
    Card { id, name: row.get(at + 1), region, given_count: row.get(at + 3), gone }
}

fn times(bits: i32) -> impl Iterator<Item = String> {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].into_iter();
    let slots = days.flat_map(|day| ["morning", "afternoon", "evening"].map(|band| (day, band)));
    slots
        .enumerate()
        .filter(move |(bit, _)| bits & (1 << bit) != 0)
        .map(|(_, (day, band))| format!("{day}-{band}"))
}

#[derive(Serialize)]
struct Talent<'r> {
    id: Uuid,
    title: &'r str,
    body: &'r str,
    category: &'r str,
    minutes: i32,
    mode: &'r str,
    region: Option<&'static Region>,
    times: Vec<String>,
    bring: &'r str,
    published_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revision: i32,
    mine: bool,
    open_engagement_id: Option<Uuid>,
    inquiry_id: Option<Uuid>,
    donor: Card<'r>,
    state: &'static str,
}

#[derive(Serialize)]
struct Page<'r> {
    items: Vec<Line<'r>>,
    next: Option<String>,
    reach: Reach,
    relax: [(); 0],
}

#[derive(Serialize)]
struct Reach {
    km: Option<u32>,
    grown: bool,
}

#[derive(Serialize)]
struct Line<'r> {
    id: Uuid,
    kind: &'r str,
    by: Card<'r>,
    title: &'r str,
    title_marks: [(); 0],
    minutes: i32,
    mode: &'r str,
    region: Option<&'static Region>,
    times: Vec<String>,
    distance_km: Option<f64>,
    state: &'static str,
}

/// What a worker owns; requests take its connections in turn and share them by pipelining.
struct Worker {
    connections: Vec<(Client, Statement, Statement, Statement)>,
    turn: Cell<usize>,
}

impl Worker {
    async fn connect(url: &str) -> anyhow::Result<Self> {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            actix_web::rt::spawn(connection);
            let by_id = format!(
                "SELECT l.id, l.title, l.body, l.category, l.minutes, l.mode, l.region_code, l.times, l.bring, \
                 l.published_at, l.expires_at, l.revision, {OWNER} AND l.id = $1"
            );
            let page = format!(
                "SELECT l.id, l.kind, l.title, l.minutes, l.mode, l.region_code, l.times, l.published_at, {OWNER} \
                 AND l.state = 'open' AND l.expires_at > now() AND (l.published_at, l.id) < ($1, $2) \
                 ORDER BY l.published_at DESC, l.id DESC LIMIT 21"
            );
            let (by_id, page) = (client.prepare(&by_id).await?, client.prepare(&page).await?);
            let write = client.prepare(WRITE).await?;
            connections.push((client, by_id, page, write));
        }
        Ok(Self { connections, turn: Cell::new(0) })
    }

    fn connection(&self) -> actix_web::Result<&(Client, Statement, Statement, Statement)> {
        self.turn.set((self.turn.get() + 1) % CONNECTIONS);
        self.connections.get(self.turn.get()).ok_or_else(|| ErrorInternalServerError("no connection"))
    }
}

async fn by_id(worker: web::Data<Worker>, id: web::Path<Uuid>) -> actix_web::Result<HttpResponse> {
    let (client, statement, ..) = worker.connection()?;
    let row = client.query_one(statement, &[&*id]).await.map_err(ErrorInternalServerError)?;
    let expires_at: DateTime<Utc> = row.get(10);
    Ok(HttpResponse::Ok().json(Talent {
        id: row.get(0),
        title: row.get(1),
        body: row.get(2),
        category: row.get(3),
        minutes: row.get(4),
        mode: row.get(5),
        region: region(row.get(6)),
        times: times(row.get(7)).collect(),
        bring: row.get(8),
        published_at: row.get(9),
        expires_at,
        revision: row.get(11),
        mine: false,
        open_engagement_id: None,
        inquiry_id: None,
        donor: card(&row, 12),
        state: if expires_at <= Utc::now() { "expired" } else { "published" },
    }))
}

#[derive(Deserialize)]
struct Behind {
    cursor: Option<String>,
}

async fn page(worker: web::Data<Worker>, query: web::Query<Behind>) -> actix_web::Result<HttpResponse> {
    let (client, _, statement, _) = worker.connection()?;
    let key = query.cursor.as_deref().and_then(|cursor| cursor.split_once('_'));
    let key =
        key.and_then(|(at, id)| Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?)));
    let (at, id) = key.unwrap_or((Utc::now(), Uuid::max()));
    let rows = client.query(statement, &[&at, &id]).await.map_err(ErrorInternalServerError)?;
    let items = rows.iter().take(20).map(|row| Line {
        id: row.get(0),
        kind: row.get(1),
        by: card(row, 8),
        title: row.get(2),
        title_marks: [],
        minutes: row.get(3),
        mode: row.get(4),
        region: region(row.get(5)),
        times: times(row.get(6)).collect(),
        distance_km: None,
        state: "published",
    });
    let last = rows.get(19).filter(|_| rows.len() > 20);
    let next = last.map(|row| {
        format!("{}_{}", row.get::<_, DateTime<Utc>>(7).timestamp_micros(), row.get::<_, Uuid>(0))
    });
    let reach = Reach { km: None, grown: false };
    Ok(HttpResponse::Ok().json(Page { items: items.collect(), next, reach, relax: [] }))
}

#[derive(Deserialize)]
struct Edit {
    bio: String,
}

#[derive(Serialize)]
struct Tally {
    count: i32,
    minutes: i32,
}

#[derive(Serialize)]
struct Me<'r> {
    id: Uuid,
    name: &'r str,
    bio: &'r str,
    region: Option<&'static Region>,
    languages: Vec<&'r str>,
    complete: bool,
    missing: [(); 0],
    given: Tally,
    received: Tally,
}

async fn edit(
    worker: web::Data<Worker>,
    id: web::Path<Uuid>,
    edit: web::Json<Edit>,
) -> actix_web::Result<HttpResponse> {
    let (client, .., statement) = worker.connection()?;
    let row = client.query_one(statement, &[&*id, &edit.bio]).await.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Ok().json(Me {
        id: row.get(0),
        name: row.get(1),
        bio: row.get(2),
        region: region(row.get(3)),
        languages: row.get(4),
        complete: true,
        missing: [],
        given: Tally { count: row.get(5), minutes: row.get(6) },
        received: Tally { count: row.get(7), minutes: row.get(8) },
    }))
}

/// Serves until it is ended.
///
/// # Errors
/// PostgreSQL is unavailable, or the port is taken.
pub async fn serve() -> anyhow::Result<()> {
    let url = std::env::var("DATABASE_URL").context("DATABASE_URL")?;
    let port: u16 = std::env::var("PORT").context("PORT")?.parse()?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    actix_web::rt::spawn(connection);
    let rows = client.query("SELECT code, view FROM bench_dong", &[]).await?;
    let view = |row: &Row| (row.get(0), row.get::<_, Json<Region>>(1).0);
    REGIONS.get_or_init(|| rows.iter().map(view).collect());
    let app = move || {
        let url = url.clone();
        App::new()
            .data_factory(move || {
                let url = url.clone();
                async move { Worker::connect(&url).await }
            })
            .route("/api/core/talents/{id}", web::get().to(by_id))
            .route("/api/core/talents", web::get().to(page))
            .route("/api/core/members/{id}", web::patch().to(edit))
    };
    HttpServer::new(app).workers(WORKERS).bind(("127.0.0.1", port))?.run().await?;
    Ok(())
}
