//! The balancer as it runs: two listeners, the groups, and everything it has started.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::{SocketAddr, TcpListener as StdListener},
    sync::Arc,
    time::Duration,
};

use anyhow::ensure;
use hyper::{Request, StatusCode, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    answer::{Answer, own},
    control,
    group::GroupState,
    groups::Groups,
    proxy::Proxy,
    table::{Address, Rule, Table, group_of},
};

/// A running balancer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Balancer {
    inner: Arc<Inner>,
    pub address: SocketAddr,
    /// Of the control port, when there is one.
    pub control: Option<SocketAddr>,
}

#[derive(Debug)]
struct Inner {
    table: Table,
    groups: Arc<Groups>,
    proxy: Proxy,
    tasks: TaskTracker,
    /// No new connections or requests.
    closing: CancellationToken,
    /// Nothing goes on.
    stopped: CancellationToken,
}

impl Balancer {
    /// Serves a table on a listener; `control` must be bound to loopback.
    ///
    /// # Errors
    /// A rule leads to no group, a target is named twice, or a listener cannot be used.
    pub fn start(listener: StdListener, control: Option<StdListener>, table: Table) -> anyhow::Result<Self> {
        table.check()?;
        let address = listener.local_addr()?;
        let tasks = TaskTracker::new();
        let proxy = Proxy {
            tasks: tasks.clone(),
            idle: table.idle,
            connect: table.connect,
            second_chance: table.second_chance,
            listener: address,
        };
        let (closing, stopped) = (CancellationToken::new(), CancellationToken::new());
        let groups = Arc::new(Groups::start(&table, tasks.clone(), stopped.clone())?);
        let inner = Arc::new(Inner { table, groups, proxy, tasks, closing, stopped });
        inner.tasks.spawn(inner.clone().listen(tokio(listener)?, Port::Public));
        let control_address = control.as_ref().map(StdListener::local_addr).transpose()?;
        if let Some(control) = control {
            ensure!(control.local_addr()?.ip().is_loopback(), "the control port is for this computer only");
            inner.tasks.spawn(inner.clone().listen(tokio(control)?, Port::Control));
        }
        Ok(Self { inner, address, control: control_address })
    }

    /// Serves other rules on a further listener, with the same groups: the network inside a cluster, in which services reach what
    /// no rule of the table leads to.
    ///
    /// # Errors
    /// A rule leads to no group, or the listener cannot be used.
    pub fn serve_inside(&self, listener: StdListener, rules: Vec<Rule>) -> anyhow::Result<()> {
        for Rule { group, .. } in &rules {
            ensure!(self.inner.table.groups.contains_key(group), "there is no group {group}");
        }
        let port = Port::Inside(rules.into());
        self.inner.tasks.spawn(self.inner.clone().listen(tokio(listener)?, port));
        Ok(())
    }

    /// Takes a target into a group.
    ///
    /// # Errors
    /// There is no such group, or the target is in it already.
    pub fn register(&self, group: &str, target: Address) -> anyhow::Result<()> {
        self.inner.groups.register(group, target)
    }

    /// Takes a target out of its group: it drains, and is gone after the group's delay.
    ///
    /// # Errors
    /// There is no such group, or the target is not in it.
    pub fn deregister(&self, group: &str, address: SocketAddr) -> anyhow::Result<()> {
        self.inner.groups.deregister(group, address)
    }

    /// Every group and how its targets are.
    pub fn state(&self) -> BTreeMap<String, GroupState> {
        self.inner.groups.state()
    }

    /// Takes nothing new, gives what goes on `patience` to end, then ends it.
    pub async fn stop(self, patience: Duration) {
        self.inner.closing.cancel();
        let busy = async {
            while self.inner.groups.is_busy() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        // Late or not, what is left ends now.
        let _ = tokio::time::timeout(patience, busy).await;
        self.inner.stopped.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

/// What a listener is for.
#[derive(Clone, Debug)]
enum Port {
    Public,
    /// Rules of its own, which lead to the same groups.
    Inside(Arc<[Rule]>),
    Control,
}

impl Inner {
    async fn listen(self: Arc<Self>, listener: TcpListener, port: Port) {
        while let Some(accepted) = self.closing.run_until_cancelled(listener.accept()).await {
            match accepted {
                Ok((stream, client)) => {
                    self.tasks.spawn(self.clone().talk(stream, client, port.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be accepted");
                    // Out of descriptors: others must end first.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    /// One client's connection, from its first request to its last.
    async fn talk(self: Arc<Self>, stream: TcpStream, client: SocketAddr, port: Port) {
        // Small answers must not wait for each other's acknowledgement; without it they are only slower.
        let _ = stream.set_nodelay(true);
        let mut http = http1::Builder::new();
        // Also ends a kept connection on which nobody asks any more.
        http.timer(TokioTimer::new()).header_read_timeout(self.table.idle);
        let io = TokioIo::new(stream);
        let served = async {
            match port {
                Port::Public | Port::Inside(_) => {
                    let service = service_fn(|request| {
                        let (inner, port) = (self.clone(), port.clone());
                        async move { Ok::<_, Infallible>(inner.route(&port, request, client).await) }
                    });
                    let connection = http.serve_connection(io, service).with_upgrades();
                    let mut connection = std::pin::pin!(connection);
                    tokio::select! {
                        ended = &mut connection => ended,
                        () = self.closing.cancelled() => {
                            connection.as_mut().graceful_shutdown();
                            connection.await
                        }
                    }
                }
                Port::Control => {
                    let service = service_fn(|request| {
                        let groups = self.groups.clone();
                        async move { Ok::<_, Infallible>(control::answer(&groups, request).await) }
                    });
                    http.serve_connection(io, service).await
                }
            }
        };
        if let Some(Err(error)) = self.stopped.run_until_cancelled(served).await {
            tracing::debug!(%client, %error, "a client's connection broke");
        }
    }

    async fn route(&self, port: &Port, request: Request<Incoming>, client: SocketAddr) -> Answer {
        let path = request.uri().path();
        let name = match port {
            Port::Inside(rules) => group_of(rules, path),
            Port::Public | Port::Control => self.table.group_of(path),
        };
        match name.and_then(|name| self.groups.get(name)) {
            Some(group) => self.proxy.forward(group, request, client).await,
            None => own(StatusCode::NOT_FOUND),
        }
    }
}

fn tokio(listener: StdListener) -> std::io::Result<TcpListener> {
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}
