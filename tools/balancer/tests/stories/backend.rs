//! A target made for tests: says who it is and what it was sent.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
};

use balancer::Address;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, TryStreamExt};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response,
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::{
    io::AsyncReadExt,
    net::TcpListener,
    sync::{Notify, mpsc},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A target that listens.
pub struct Backend {
    pub address: SocketAddr,
    /// What `/readyz` answers.
    pub ready: Arc<AtomicU16>,
    /// How many requests came, besides checks.
    pub seen: Arc<AtomicUsize>,
    /// Lets one `/slow` answer.
    pub go_on: Arc<Notify>,
    /// The next event of `/events`.
    pub events: mpsc::Sender<&'static str>,
    pub dead: CancellationToken,
    tasks: TaskTracker,
}

impl Backend {
    pub async fn start(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (events, queue) = mpsc::channel(8);
        let backend = Self {
            address: listener.local_addr().unwrap(),
            ready: Arc::new(AtomicU16::new(200)),
            seen: Arc::default(),
            go_on: Arc::default(),
            events,
            dead: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        let host = Arc::new(Host {
            name,
            ready: backend.ready.clone(),
            seen: backend.seen.clone(),
            go_on: backend.go_on.clone(),
            dead: backend.dead.clone(),
            queue: tokio::sync::Mutex::new(Some(queue)),
        });
        let (tasks, dead) = (backend.tasks.clone(), backend.dead.clone());
        backend.tasks.spawn(async move {
            while let Some(Ok((stream, _))) = dead.run_until_cancelled(listener.accept()).await {
                let (host, dead) = (host.clone(), dead.clone());
                tasks.spawn(async move {
                    let service = service_fn(|request| {
                        let host = host.clone();
                        async move { Ok::<_, Infallible>(host.answer(request).await) }
                    });
                    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                    let _ = dead.run_until_cancelled(served).await;
                });
            }
        });
        backend
    }

    pub fn target(&self) -> Address {
        Address { address: self.address, health: None }
    }

    /// As `kill -9`: the listener and every connection are closed when this returns.
    pub async fn kill(&self) {
        self.dead.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    pub fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

struct Host {
    name: &'static str,
    ready: Arc<AtomicU16>,
    seen: Arc<AtomicUsize>,
    go_on: Arc<Notify>,
    dead: CancellationToken,
    queue: tokio::sync::Mutex<Option<mpsc::Receiver<&'static str>>>,
}

impl Host {
    async fn answer(&self, request: Request<Incoming>) -> Response<BoxBody<Bytes, Infallible>> {
        let path = request.uri().path().to_owned();
        if path == "/readyz" {
            let mut response = Response::new(Full::default().boxed());
            *response.status_mut() = self.ready.load(Ordering::SeqCst).try_into().unwrap();
            return response;
        }
        self.seen.fetch_add(1, Ordering::SeqCst);
        match path.as_str() {
            "/slow" => self.go_on.notified().await,
            // The request has come, no answer ever does.
            "/die" => {
                self.dead.cancel();
                std::future::pending::<()>().await;
            }
            "/events" => {
                let mut queue = self.queue.lock().await.take().unwrap();
                let events = futures_util::stream::poll_fn(move |cx| queue.poll_recv(cx));
                let body = StreamBody::new(events.map(|e| Ok(Frame::data(Bytes::from_static(e.as_bytes())))));
                return Response::builder()
                    .header("content-type", "text/event-stream")
                    .body(BodyExt::boxed(body))
                    .unwrap();
            }
            _ => {}
        }
        let headers: serde_json::Map<_, _> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
            .collect();
        let method = request.method().to_string();
        let target = request.uri().to_string();
        let length = request.into_body().collect().await.unwrap().to_bytes().len();
        let said = json!({
            "name": self.name, "method": method, "target": target, "headers": headers, "length": length,
        });
        Response::builder()
            .header("connection", "x-private")
            .header("x-private", "for the balancer")
            .body(Full::new(Bytes::from(said.to_string())).boxed())
            .unwrap()
    }
}

/// A target that speaks WebSocket and sends everything back.
pub async fn echo(tasks: &TaskTracker) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tasks.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(socket) = tokio_tungstenite::accept_async(stream).await else { continue };
            let (mut to, from) = socket.split();
            let mut texts = from.try_filter(|message| std::future::ready(message.is_text()));
            while let Some(Ok(text)) = texts.next().await {
                if to.send(text).await.is_err() {
                    break;
                }
            }
        }
    });
    address
}

/// A target that reads a request and closes without a word; how many it has read so.
pub async fn mute(tasks: &TaskTracker) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = count.clone();
    tasks.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok_and(|n| n > 0) {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (address, count)
}
