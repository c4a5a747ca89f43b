//! Serving one or several services in one process, their health, and a graceful stop.

use std::{
    future::Future,
    net::{Shutdown, TcpListener},
    time::Duration,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    body::BoxBody,
    middleware::{Next, from_fn},
    rt::net::TcpStream,
    web,
};
use futures_util::FutureExt;
use kernel::{metrics::Metrics, tasks::Tasks};
use pg::Pool;
use socket2::SockRef;

use crate::{
    Front, Service,
    connections::{Connections, Limits, TooMany},
    gate,
    mount::{disjoint, nothing_here},
};

/// How long a connection on which nobody asks is kept. Longer than the idle time-out of the balancer (120 s, in
/// deploy/apps/components/alb), so that it is the one to close it: otherwise it may send a request on a connection that
/// is being closed, and answer 502.
const KEEP_ALIVE: Duration = Duration::from_secs(150);

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
    services.iter().for_each(Service::start);

    if let Some(admin) = admin {
        let (tasks_, metrics) = (tasks.clone(), metrics.clone());
        let named: Vec<(&'static str, Pool)> =
            services.iter().map(|s| (s.cx.name, s.cx.db.clone())).collect();
        let of_all = services.clone();
        let server = HttpServer::new(move || {
            let (tasks, metrics) = (tasks_.clone(), metrics.clone());
            let (named, services) = (named.clone(), of_all.clone());
            App::new()
                .route("/healthz", web::get().to(HttpResponse::NoContent))
                .route("/readyz", web::get().to(move || ready(tasks.clone(), services.clone())))
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

    // Before the first request it must be known whose tokens are refused; the balancer is told that we are not ready.
    let mut stop = std::pin::pin!(stop);
    let is_stopped = tokio::select! {
        () = settled(&services) => false,
        () = &mut stop => true,
    };

    let hosted = services.clone();
    let limits = Limits::of_process();
    let edge = services.first().map(|s| s.cx.edge.clone()).unwrap_or_default();
    let connections = Connections::new(limits, edge.clone());
    let of_proxied = connections.clone();
    let server = HttpServer::new(move || {
        for service in &hosted {
            // Without a share the worker takes from the rest, as everyone else does.
            if let Err(error) = service.cx.db.take_share() {
                tracing::warn!(%error, service = service.cx.name, "an HTTP worker has no connections of its own");
            }
        }
        // Paths outside all mounts; the front may have another answer.
        let mut app = App::new().default_service(web::to(nothing_here));
        for service in &hosted {
            app = app.configure(|c| service.configure(c));
        }
        match &front {
            Some(front) => app.configure(|c| front(c)),
            None => app,
        }
        .wrap(from_fn({
            let (edge, connections) = (edge.clone(), of_proxied.clone());
            move |request, next: Next<BoxBody>| {
                gate::pass(edge.clone(), connections.clone(), request, move |request| next.call(request))
            }
        }))
    })
    .workers(workers)
    .max_connections((limits.all / workers.max(1)).max(1))
    .on_connect(move |stream, of_connection| {
        let Some(stream) = stream.downcast_ref::<TcpStream>() else { return };
        match stream.peer_addr().map(|peer| connections.admit(peer.ip())) {
            Ok(Ok(admitted)) => drop(admitted.map(|admitted| of_connection.insert(admitted))),
            // Its next read finds the end, which closes it.
            Ok(Err(TooMany)) | Err(_) => drop(SockRef::from(stream).shutdown(Shutdown::Both)),
        }
    })
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

    if !is_stopped {
        stop.await;
    }
    tracing::info!("stopping");
    tasks.leave_balancer();
    tokio::time::sleep(deregistration).await;
    tasks.drain();
    handle.stop(true).await;
    tasks.stop(patience).await;
    for service in &services {
        service.cx.db.close();
    }
    Ok(())
}

fn measured(metrics: &Metrics, pools: &[(&'static str, Pool)]) -> HttpResponse {
    for (service, pool) in pools {
        metrics.pool(service, pool.connections());
    }
    HttpResponse::Ok().content_type(Metrics::CONTENT_TYPE).body(metrics.text())
}

/// Resolves when every service knows whose tokens it is to refuse.
async fn settled(services: &[Service]) {
    for service in services {
        service.cx.verifier.revocations().settled().await;
    }
}

async fn ready(tasks: Tasks, services: Vec<Service>) -> HttpResponse {
    if !tasks.is_ready() {
        return HttpResponse::ServiceUnavailable().body("stopping");
    }
    if settled(&services).now_or_never().is_none() {
        return HttpResponse::ServiceUnavailable().body("starting");
    }
    for service in &services {
        if pg::ping(&service.cx.db).await.is_err() {
            return HttpResponse::ServiceUnavailable().body("the database is unavailable");
        }
    }
    HttpResponse::NoContent().finish()
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
