//! A service: its mounts, what it reacts to, its timers; and the shell that serves one or several of them in one
//! process, reports their health and stops them gracefully.

use std::{
    collections::{HashMap, hash_map::Entry},
    future::Future,
    net::TcpListener,
    ops::Deref,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    App, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::{Next, from_fn},
    web::{self, Data},
};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::{runtime::Handle, sync::Notify};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;
use utoipa_actix_web::AppExt;

use crate::{
    auth::{Caller, Verifier},
    db::{self, Connection, Open, Pool, Scope, Tx},
    events::{self, Bus, Consumer, Relay, Running},
    http::{FieldProblem, IdempotencyKey, Problem, ProblemView, Reply, find_reply, keep_reply},
    jobs::Jobs,
    metrics::{HttpLabels, Metrics},
    time::Clock,
    trace,
};

/// How long a connection on which nobody asks is kept. Longer than the idle time-out of the balancer (120 s, in
/// deploy/apps/components/alb), so that it is the one to close it: otherwise it may send a request on a connection that
/// is being closed, and answer 502.
const KEEP_ALIVE: Duration = Duration::from_secs(150);

/// How long a transaction that lost waits before it is run again; after the last one its deadlock becomes the
/// client's. Run again at once it overtakes the one that won and has yet to wake up, and both meet in the same deadlock.
const PAUSES: [Duration; 2] = [Duration::from_millis(25), Duration::from_millis(100)];

/// Registers the operations of a mount.
pub type Routes = Arc<dyn Fn(&mut utoipa_actix_web::service_config::ServiceConfig<'_>) + Send + Sync>;

/// Registers whatever else the process serves (the web front), behind all mounts.
pub type Front = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

/// Something that runs beside the requests until the service stops.
pub type Worker = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// One prefix of the path table, with its operations and its OpenAPI document.
#[derive(Clone)]
pub struct Mount {
    /// `/api/<something>`, without a trailing slash.
    pub path: &'static str,
    pub title: &'static str,
    pub routes: Routes,
}

/// A service that is ready to be served.
#[derive(Clone)]
pub struct Service {
    pub cx: Ctx,
    pub mounts: Vec<Mount>,
    pub consumers: Vec<Consumer>,
    pub jobs: Jobs,
    pub workers: Vec<Worker>,
}

/// What the process gives to each service.
#[derive(Clone)]
pub struct Shared {
    pub clock: Clock,
    /// The service's own database.
    pub db: Pool,
    pub bus: Bus,
    pub verifier: Verifier,
    pub tasks: Tasks,
    pub metrics: Metrics,
    /// Origins besides the request's own host whose pages may use cookies and sockets: `https://dojob.example`.
    pub origins: Vec<String>,
}

/// What every handler, reaction and job of a service stands on. Cheap to clone.
#[derive(Clone)]
pub struct Ctx(Arc<Inside>);

#[doc(hidden)]
pub struct Inside {
    pub name: &'static str,
    pub clock: Clock,
    pub db: Pool,
    pub bus: Bus,
    pub verifier: Verifier,
    pub tasks: Tasks,
    pub metrics: Metrics,
    pub origins: Vec<String>,
    pub(crate) outbox: Notify,
    pub(crate) timers: Notify,
    /// Rung after a commit with events, when another process leads the relay.
    pub(crate) bell: Notify,
    /// Whether this process leads the service's relay.
    pub(crate) leads: AtomicBool,
    /// OpenAPI documents that were asked for, by mount.
    documents: Mutex<HashMap<&'static str, web::Bytes>>,
    scope: Scope,
}

impl Deref for Ctx {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctx").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Ctx {
    /// The surroundings of the service called `name`, which is also the second part of its topics.
    pub fn new(name: &'static str, shared: Shared) -> Self {
        let Shared { clock, db, bus, verifier, tasks, metrics, origins } = shared;
        bus.offer_log(name, db.clone());
        let scope = Scope { clock: clock.clone(), service: name };
        let (outbox, timers, bell) = (Notify::new(), Notify::new(), Notify::new());
        Self(Arc::new(Inside {
            name,
            clock,
            db,
            bus,
            verifier,
            tasks,
            metrics,
            origins,
            outbox,
            timers,
            bell,
            leads: AtomicBool::new(false),
            documents: Mutex::default(),
            scope,
        }))
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// 503 when PostgreSQL is away.
    pub async fn read(&self) -> Result<Connection, Problem> {
        self.db.get().await
    }

    /// Runs `work` in one transaction: all of it is committed, or nothing. After a deadlock or serialisation failure
    /// it is run again, so it must not consume what it captures. Never call out over HTTP inside.
    ///
    /// # Errors
    /// The refusal that `work` returned, or the failure of the transaction itself.
    pub async fn tx<T, F>(&self, work: F) -> Result<T, Problem>
    where
        F: for<'t> AsyncFn(Tx<'t>) -> Result<T, Problem>,
    {
        for pause in PAUSES {
            match self.run(&work).await {
                Err(problem) if problem.wants_another_run() => tokio::time::sleep(pause).await,
                other => return other,
            }
        }
        self.run(&work).await
    }

    /// As [`Ctx::tx`], and the same request (caller, key, operation, body) is answered from the first one's reply
    /// for a day. Refusals are not kept: they are judged anew.
    ///
    /// # Errors
    /// As [`Ctx::tx`]; 422 `idempotency.mismatch`; 409 `idempotency.in_progress`.
    pub async fn once<F>(&self, me: &Caller, key: &IdempotencyKey, work: F) -> Result<HttpResponse, Problem>
    where
        F: for<'t> AsyncFn(Tx<'t>) -> Result<Reply, Problem>,
    {
        let print = key.fingerprint(me.account);
        let (reply, replayed) = self
            .tx(async |mut tx: Tx<'_>| {
                if let Some(reply) = find_reply(&mut tx, &print).await? {
                    return Ok((reply, true));
                }
                let reply = work(tx.again()).await?;
                keep_reply(&mut tx, &print, &reply).await?;
                Ok((reply, false))
            })
            .await?;
        Ok(reply.response(replayed))
    }

    /// Opens a transaction that must be ended with [`Ctx::commit`] or [`Open::rollback`]; handlers use [`Ctx::tx`].
    ///
    /// # Errors
    /// 503 when PostgreSQL is away.
    pub async fn begin(&self) -> Result<Open<'_>, Problem> {
        Ok(Open::begin(self.db.get().await?, &self.scope).await?)
    }

    /// Commits and wakes relay and timers if there is something for them.
    ///
    /// # Errors
    /// The commit fails.
    pub async fn commit(&self, open: Open<'_>) -> diesel::QueryResult<()> {
        let left = open.commit().await?;
        if left.events.load(Ordering::Relaxed) {
            if self.bus.over_kafka().is_none() || self.leads.load(Ordering::Acquire) {
                self.outbox.notify_one();
            } else {
                self.bell.notify_one();
            }
        }
        if left.jobs.load(Ordering::Relaxed) {
            self.timers.notify_one();
        }
        Ok(())
    }

    async fn run<T, F>(&self, work: &F) -> Result<T, Problem>
    where
        F: for<'t> AsyncFn(Tx<'t>) -> Result<T, Problem>,
    {
        let mut open = self.begin().await?;
        match work(open.tx()).await {
            Ok(done) => {
                self.commit(open).await?;
                Ok(done)
            }
            Err(problem) => {
                open.rollback().await;
                Err(problem)
            }
        }
    }
}

/// The tasks of a process: all are tracked, and all hear when to finish.
#[derive(Clone, Debug)]
pub struct Tasks {
    /// The runtime that they were made on: those of the HTTP workers end before the last task does.
    runtime: Option<Handle>,
    tracker: TaskTracker,
    draining: CancellationToken,
    stopping: CancellationToken,
    unready: Arc<AtomicBool>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            runtime: Handle::try_current().ok(),
            tracker: TaskTracker::new(),
            draining: CancellationToken::new(),
            stopping: CancellationToken::new(),
            unready: Arc::default(),
        }
    }
}

impl Tasks {
    /// Runs `task` beside the requests, also beyond the life of the HTTP worker that says so.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        match &self.runtime {
            Some(runtime) => self.tracker.spawn_on(task, runtime),
            None => self.tracker.spawn(task),
        };
    }

    /// Fires when long-lived connections should say good-bye; requests still pass.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Fires when the last request is answered: relay, consumers and jobs finish what they hold.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Stops everything and waits for it, at most `patience`.
    pub async fn stop(&self, patience: Duration) {
        self.draining.cancel();
        self.stopping.cancel();
        self.tracker.close();
        if tokio::time::timeout(patience, self.tracker.wait()).await.is_err() {
            tracing::warn!(tasks = self.tracker.len(), "tasks did not finish in time");
        }
    }
}

impl Mount {
    /// The OpenAPI 3.1 document of this mount.
    pub fn openapi(&self) -> utoipa::openapi::OpenApi {
        let (_, mut api) = App::new()
            .into_utoipa_app()
            .service(utoipa_actix_web::scope::scope(self.path).configure(|c| (self.routes)(c)))
            .split_for_parts();
        api.info = utoipa::openapi::Info::new(self.title, env!("CARGO_PKG_VERSION"));
        let components = api.components.get_or_insert_default();
        // Only reached through responses, whose schemas utoipa does not collect.
        components.schemas.insert("ProblemView".to_owned(), <ProblemView as utoipa::PartialSchema>::schema());
        components
            .schemas
            .insert("FieldProblem".to_owned(), <FieldProblem as utoipa::PartialSchema>::schema());
        components.security_schemes.insert(
            "bearer".to_owned(),
            utoipa::openapi::security::SecurityScheme::Http(
                utoipa::openapi::security::HttpBuilder::new()
                    .scheme(utoipa::openapi::security::HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .build(),
            )
            .into(),
        );
        api
    }

    fn configure(&self, cx: &Ctx, config: &mut web::ServiceConfig) {
        let address = format!("{}/openapi.json", self.path);
        let page = utoipa_swagger_ui::SwaggerUi::new(format!("{}/docs/{{_:.*}}", self.path))
            .config(utoipa_swagger_ui::Config::from(address.clone()));
        let (name, mount, of_all) = (cx.name, self.clone(), cx.clone());
        let document = web::get().to(move || std::future::ready(document(&mount, &of_all)));
        config.service(page).route(&address, document).service(
            utoipa_actix_web::scope::scope(self.path)
                .app_data(Data::new(cx.clone()))
                .configure(|c| (self.routes)(c))
                .default_service(web::to(nothing_here))
                .wrap(from_fn(move |request, next| observe(name, request, next))),
        );
    }
}

/// The OpenAPI document of a mount, written when somebody first asks for it: most processes are never asked, and each
/// HTTP worker would write its own.
fn document(mount: &Mount, cx: &Ctx) -> Result<HttpResponse, Problem> {
    let mut known = cx.documents.lock().unwrap_or_else(PoisonError::into_inner);
    let text = match known.entry(mount.path) {
        Entry::Occupied(known) => known.get().clone(),
        Entry::Vacant(free) => {
            let text = serde_json::to_vec(&mount.openapi()).map_err(Problem::internal)?;
            free.insert(text.into()).clone()
        }
    };
    Ok(HttpResponse::Ok().content_type("application/json").body(text))
}

/// What no operation answers: an unknown path, or a method that this path does not know.
async fn nothing_here() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}

impl Service {
    /// Registers all mounts of this service.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        for mount in &self.mounts {
            mount.configure(&self.cx, config);
        }
    }

    /// Starts relay, consumers, jobs and workers.
    pub fn start(&self) {
        let tasks = &self.cx.tasks;
        tasks.spawn(Relay::new(self.cx.clone()).run());
        tasks.spawn(events::measure(self.cx.clone()));
        if self.cx.bus.over_kafka().is_some() {
            tasks.spawn(events::ring(self.cx.clone()));
        }
        for consumer in events::running(&self.cx, &self.consumers) {
            tasks.spawn(consumer);
        }
        tasks.spawn(self.jobs.clone().run(self.cx.clone()));
        tasks.spawn(forget_replies(self.cx.clone()));
        for worker in &self.workers {
            tasks.spawn(worker());
        }
    }
}

/// Runs relays, reactions and due jobs by hand, in a fixed order: for tests and for the demo, which starts nothing in
/// the background. Not beside [`Service::start`]: each consumer is the only one that moves its position.
pub struct Pump {
    services: Vec<Service>,
    relays: Vec<Relay>,
    consumers: Vec<Running>,
}

impl Pump {
    pub fn of(services: &[Service]) -> Self {
        Self {
            relays: services.iter().map(|s| Relay::new(s.cx.clone())).collect(),
            consumers: services.iter().flat_map(|s| Running::of(&s.cx, &s.consumers)).collect(),
            services: services.to_vec(),
        }
    }

    /// Goes round until nothing moves. Returns how many events and jobs were handled.
    ///
    /// # Errors
    /// PostgreSQL is away.
    pub async fn run(&mut self) -> anyhow::Result<usize> {
        let mut total = 0;
        loop {
            let mut moved = 0;
            for relay in &mut self.relays {
                moved += relay.step().await?;
            }
            for consumer in &mut self.consumers {
                moved += consumer.step().await?;
            }
            for service in &self.services {
                moved += usize::from(service.jobs.step(&service.cx).await?);
            }
            if moved == 0 {
                return Ok(total);
            }
            total += moved;
        }
    }
}

/// Idempotency keys are kept for a day.
async fn forget_replies(cx: Ctx) {
    let stop = cx.tasks.stopping();
    while !stop.is_cancelled() {
        let before = cx.clock.now() - chrono::TimeDelta::days(1);
        let forgotten = async {
            use crate::db::schema::idempotency;
            use diesel::prelude::*;
            let mut connection = cx.db.get().await?;
            let old = idempotency::table.filter(idempotency::created_at.lt(before));
            diesel_async::RunQueryDsl::execute(diesel::delete(old), &mut *connection).await?;
            Ok::<_, Problem>(())
        };
        if let Err(problem) = forgotten.await {
            tracing::debug!(service = cx.name, %problem, "old idempotency keys stay for now");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_hours(1)) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Request id, span, one log line for what went wrong, metrics; and the request id inside a problem's body.
async fn observe<B: MessageBody + 'static>(
    service: &'static str,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(&request);
    if let Ok(value) = HeaderValue::from_str(&id) {
        request.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    let method = trace::method(request.method());
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let metrics = request.app_data::<Data<Ctx>>().map(|cx| cx.metrics.clone());
    // Made only for somebody who asks for traces: lines about failures name the request themselves.
    let span = trace::request(service, method, &route, request.headers());
    let answered = AssertUnwindSafe(next.call(request).instrument(span.clone())).catch_unwind().await;
    let Ok(answered) = answered else {
        trace::answered(&span, 500);
        // The panic itself is in the log already, through the process's hook.
        span.in_scope(|| {
            tracing::error!(
                service,
                http.method = method,
                http.route = route,
                request.id = id,
                "a handler panicked"
            );
        });
        let problem = Problem::internal("a handler panicked");
        let mut response = problem.response(Some(&id));
        sign(response.headers_mut(), &id);
        if let Some(metrics) = metrics {
            metrics.answered(
                &HttpLabels { service, method, route, status: 500 },
                started.elapsed().as_secs_f64(),
            );
        }
        return Err(InternalError::from_response(problem, response).into());
    };
    let mut answered = answered?.map_into_boxed_body();
    let problem = answered.response().error().and_then(|e| e.as_error::<Problem>()).cloned();
    if let Some(problem) = problem {
        span.in_scope(|| {
            if problem.status().is_server_error() {
                let (problem, cause) = (problem.code(), problem.cause());
                tracing::error!(
                    service,
                    http.method = method,
                    http.route = route,
                    request.id = id,
                    problem,
                    cause,
                    "failed"
                );
            } else {
                tracing::debug!(%problem, "refused");
            }
        });
        let response = problem.response(Some(&id));
        answered = answered.into_response(response);
    }
    sign(answered.headers_mut(), &id);
    let status = answered.status().as_u16();
    trace::answered(&span, status);
    if let Some(metrics) = metrics {
        metrics.answered(&HttpLabels { service, method, route, status }, started.elapsed().as_secs_f64());
    }
    Ok(answered)
}

/// The headers of every answer.
fn sign(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    // Answers are personal and change: nobody in between may keep them, unless the operation says otherwise.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn request_id(request: &ServiceRequest) -> String {
    let given = request.headers().get("x-request-id").and_then(|v| v.to_str().ok());
    let usable = |id: &&str| {
        (4..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match (given.filter(usable), request.app_data::<Data<Ctx>>()) {
        (Some(id), _) => id.to_owned(),
        (None, Some(cx)) => cx.clock.id().to_string(),
        (None, None) => String::new(),
    }
}

/// Where and how to serve.
pub struct Serving {
    pub listener: TcpListener,
    /// `/healthz`, `/readyz`, `/metrics`: never behind the balancer's rules.
    pub admin: Option<TcpListener>,
    pub services: Vec<Service>,
    pub front: Option<Front>,
    /// HTTP workers.
    pub workers: usize,
    /// How long a balancer may take to stop sending after we say that we are not ready.
    pub deregistration: Duration,
    /// How long requests and tasks may take to finish.
    pub patience: Duration,
}

/// Serves until `stop` resolves, then drains: not ready → wait for deregistration → sockets say good-bye and requests
/// finish → relay, consumers and jobs finish.
///
/// # Errors
/// Mounts overlap, or the sockets cannot be served.
pub async fn serve(serving: Serving, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let Serving { listener, admin, services, front, workers, deregistration, patience } = serving;
    disjoint(services.iter().flat_map(|s| &s.mounts))?;
    let tasks = services.first().map(|s| s.cx.tasks.clone()).unwrap_or_default();
    let metrics = services.first().map(|s| s.cx.metrics.clone()).unwrap_or_default();
    let pools: Vec<Pool> = services.iter().map(|s| s.cx.db.clone()).collect();
    services.iter().for_each(Service::start);

    let hosted = services.clone();
    let server = HttpServer::new(move || {
        // Paths outside all mounts; the front may have another answer.
        let mut app = App::new().default_service(web::to(nothing_here));
        for service in &hosted {
            app = app.configure(|c| service.configure(c));
        }
        match &front {
            Some(front) => app.configure(|c| front(c)),
            None => app,
        }
    })
    .workers(workers)
    .disable_signals()
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(patience.as_secs().max(1))
    .listen(listener)?
    .run();
    let handle = server.handle();
    tasks.spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "HTTP server ended");
        }
    });

    if let Some(admin) = admin {
        let (tasks_, metrics) = (tasks.clone(), metrics.clone());
        let named: Vec<(&'static str, Pool)> =
            services.iter().map(|s| (s.cx.name, s.cx.db.clone())).collect();
        let server = HttpServer::new(move || {
            let (tasks, pools, metrics) = (tasks_.clone(), pools.clone(), metrics.clone());
            let named = named.clone();
            App::new()
                .route("/healthz", web::get().to(HttpResponse::NoContent))
                .route("/readyz", web::get().to(move || ready(tasks.clone(), pools.clone())))
                .route("/metrics", web::get().to(move || std::future::ready(measured(&metrics, &named))))
        })
        .workers(1)
        .disable_signals()
        .listen(admin)?
        .run();
        let handle = server.handle();
        let stopping = tasks.stopping();
        tasks.spawn(async move {
            tokio::select! {
                _ = server => {}
                () = stopping.cancelled() => handle.stop(false).await,
            }
        });
    }

    stop.await;
    tracing::info!("stopping");
    tasks.unready.store(true, Ordering::Release);
    tokio::time::sleep(deregistration).await;
    tasks.draining.cancel();
    handle.stop(true).await;
    tasks.stop(patience).await;
    for service in &services {
        service.cx.db.close();
    }
    Ok(())
}

fn measured(metrics: &Metrics, pools: &[(&'static str, Pool)]) -> HttpResponse {
    for (service, pool) in pools {
        metrics.pool(service, pool);
    }
    HttpResponse::Ok().content_type(Metrics::CONTENT_TYPE).body(metrics.text())
}

async fn ready(tasks: Tasks, pools: Vec<Pool>) -> HttpResponse {
    if tasks.unready.load(Ordering::Acquire) {
        return HttpResponse::ServiceUnavailable().body("stopping");
    }
    for pool in &pools {
        if db::ping(pool).await.is_err() {
            return HttpResponse::ServiceUnavailable().body("the database is away");
        }
    }
    HttpResponse::NoContent().finish()
}

/// actix finds the first scope whose prefix fits, so a mount inside another would never be reached.
fn disjoint<'a>(mounts: impl Iterator<Item = &'a Mount>) -> anyhow::Result<()> {
    let paths: Vec<_> = mounts.map(|m| m.path).collect();
    for (i, a) in paths.iter().enumerate() {
        anyhow::ensure!(
            a.starts_with('/') && a.len() > 1 && !a.ends_with('/'),
            "mount {a}: say /api/something"
        );
        for b in paths.iter().skip(i + 1) {
            let inside = |a: &str, b: &str| {
                b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            anyhow::ensure!(!inside(a, b) && !inside(b, a), "mounts {a} and {b} overlap");
        }
    }
    Ok(())
}

/// Resolves on Ctrl-C or SIGTERM.
///
/// # Errors
/// Signals cannot be had.
pub async fn signalled() -> anyhow::Result<()> {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = term.recv() => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(path: &'static str) -> Mount {
        Mount { path, title: "", routes: Arc::new(|_| {}) }
    }

    #[test]
    fn mounts_inside_one_another_are_refused() {
        let check =
            |paths: &[&'static str]| disjoint(paths.iter().map(|p| mount(p)).collect::<Vec<_>>().iter());
        assert!(check(&["/api/core", "/api/chat", "/api/corex"]).is_ok());
        assert!(check(&["/api/core", "/api/core/chat"]).is_err());
        assert!(check(&["/api/core", "/api/core"]).is_err());
        assert!(check(&["/"]).is_err());
    }
}
