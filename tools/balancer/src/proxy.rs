//! A request on its way to a target, and the answer on its way back.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use http_body_util::BodyExt;
use hyper::{
    Request, Response, StatusCode, Uri, Version,
    body::Incoming,
    client::conn::http1,
    header::{self, HeaderValue},
    upgrade,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};
use tokio_util::task::TaskTracker;

use crate::{
    answer::{Answer, Passed, own},
    group::LiveGroup,
    headers,
    target::{Connection, InFlight, Target},
    upgrade::tunnel,
};

/// What a request needs on its way.
#[derive(Clone, Debug)]
pub struct Proxy {
    pub tasks: TaskTracker,
    pub idle: Duration,
    pub connect: Duration,
    pub second_chance: bool,
    pub listener: SocketAddr,
}

/// Why a target gave no answer.
enum Lost {
    /// Nobody has seen the request: another target may have it.
    Unsent(Box<Request<Incoming>>),
    /// The target may have done what was asked.
    Sent(StatusCode),
}

impl Proxy {
    /// The answer of one of the group's targets, or the balancer's own.
    pub async fn forward(
        &self,
        group: &LiveGroup,
        mut request: Request<Incoming>,
        client: SocketAddr,
    ) -> Answer {
        let wants_socket = headers::upgrades(request.headers());
        let client_side = wants_socket.then(|| upgrade::on(&mut request));
        self.readdress(&mut request, client);
        let mut tried = Vec::new();
        while let Some(target) = group.next(&tried) {
            let counted = InFlight::on(target.clone());
            let sent = target.gone.run_until_cancelled(self.send(&target, request)).await;
            match sent.unwrap_or(Err(Lost::Sent(StatusCode::BAD_GATEWAY))) {
                Ok(response) => return self.pass(response, client_side, &target, counted),
                Err(Lost::Sent(status)) => {
                    tracing::info!(group = group.name, address = %target.address.address, %status, "no answer");
                    return own(status);
                }
                Err(Lost::Unsent(unsent)) => request = *unsent,
            }
            tried.push(target.address.address);
            if !self.second_chance {
                break;
            }
        }
        own(if tried.is_empty() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_GATEWAY })
    }

    fn readdress(&self, request: &mut Request<Incoming>, client: SocketAddr) {
        headers::remove_hop_by_hop(request.headers_mut());
        headers::add_forwarded(request.headers_mut(), client.ip(), self.listener);
        // A client may name the whole address; a target wants the path, and the host in its header.
        if let Some(host) = request.uri().authority().and_then(|a| HeaderValue::from_str(a.as_str()).ok()) {
            request.headers_mut().insert(header::HOST, host);
        }
        let path = request.uri().path_and_query().cloned();
        *request.uri_mut() = path.map_or_else(Uri::default, Uri::from);
        *request.version_mut() = Version::HTTP_11;
    }

    /// Tries a kept connection first. One that proves closed before anything was written costs only a new one.
    async fn send(
        &self,
        target: &Arc<Target>,
        mut request: Request<Incoming>,
    ) -> Result<Response<Incoming>, Lost> {
        while let Some(kept) = target.take_idle(self.idle) {
            match self.send_on(kept, target, request).await {
                Err(Lost::Unsent(unsent)) => request = *unsent,
                answered => return answered,
            }
        }
        match timeout(self.connect, self.open(target)).await {
            Ok(Ok(fresh)) => self.send_on(fresh, target, request).await,
            Ok(Err(error)) => {
                tracing::info!(address = %target.address.address, %error, "target cannot be reached");
                Err(Lost::Unsent(Box::new(request)))
            }
            Err(_) => Err(Lost::Sent(StatusCode::GATEWAY_TIMEOUT)),
        }
    }

    async fn send_on(
        &self,
        mut connection: Connection,
        target: &Arc<Target>,
        request: Request<Incoming>,
    ) -> Result<Response<Incoming>, Lost> {
        match timeout(self.idle, connection.try_send_request(request)).await {
            Ok(Ok(response)) => {
                if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                    let target = target.clone();
                    // Free again when the answer has been read to its end.
                    self.tasks.spawn(async move {
                        let free = target.gone.run_until_cancelled(connection.ready()).await;
                        if matches!(free, Some(Ok(()))) {
                            target.keep(connection);
                        }
                    });
                }
                Ok(response)
            }
            Ok(Err(mut lost)) => Err(match lost.take_message() {
                Some(unsent) => Lost::Unsent(Box::new(unsent)),
                None => Lost::Sent(StatusCode::BAD_GATEWAY),
            }),
            Err(_) => Err(Lost::Sent(StatusCode::GATEWAY_TIMEOUT)),
        }
    }

    async fn open(&self, target: &Arc<Target>) -> io::Result<Connection> {
        let stream = TcpStream::connect(target.address.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let target = target.clone();
        self.tasks.spawn(async move {
            // How it ends is told to the one who waits for an answer on it.
            let _ = target.gone.run_until_cancelled(connection.with_upgrades()).await;
        });
        Ok(sender)
    }

    fn pass(
        &self,
        mut response: Response<Incoming>,
        client_side: Option<upgrade::OnUpgrade>,
        target: &Arc<Target>,
        counted: InFlight,
    ) -> Answer {
        headers::remove_hop_by_hop(response.headers_mut());
        let gone = target.gone.clone();
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            let idle = self.idle;
            return response.map(|body| Passed::new(body, idle, gone.cancelled_owned(), counted).boxed());
        }
        let Some(client_side) = client_side else { return own(StatusCode::BAD_GATEWAY) };
        let (target_side, idle) = (upgrade::on(&mut response), self.idle);
        self.tasks.spawn(async move {
            let socket = async {
                let (client, target) =
                    tokio::try_join!(client_side, target_side).map_err(io::Error::other)?;
                tunnel(TokioIo::new(client), TokioIo::new(target), idle).await
            };
            if let Some(Err(error)) = gone.run_until_cancelled(socket).await {
                tracing::debug!(%error, "a socket ended");
            }
            drop(counted);
        });
        response.map(|body| body.map_err(io::Error::other).boxed())
    }
}
