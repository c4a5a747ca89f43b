//! One connection: the upgrade, who it is, and what it asks.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{HttpRequest, HttpResponse, body::MessageBody, get, http::StatusCode, web, web::Data};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError};
use common::{
    Ctx,
    auth::Caller,
    http::{
        Code, Problem, Problems, SameOrigin,
        problems::{TOKEN_EXPIRED, TOKEN_REVOKED},
    },
    trace,
};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    ConnectionRegistry, catch_up, close,
    connection::Connection,
    frames::{self, ClientFrame, ServerFrame, SocketFrames, Unreadable},
    inbound::{self, MAX_MESSAGE},
    pipe::{Outgoing, Pipe},
};
use crate::{
    conversation::{
        Throttle,
        api::{self, Sent, Text},
    },
    problems,
};

/// More frames than this within [`WINDOW`] and the client is faulty.
const MAX_FRAMES: u32 = 300;
const WINDOW: Duration = Duration::from_secs(5);

/// "Is typing" is passed on at most this often.
const TYPING: Duration = Duration::from_secs(2);

/// How long messages wait for a client that has not said yet how far it has come.
const HOLD: Duration = Duration::from_secs(1);

/// How long a client may take to read why it was closed.
const LINGER: Duration = Duration::from_secs(2);

/// Upgrades to a WebSocket of text frames in JSON. The first one must be `auth`; see `SocketFrames` for what may be
/// said. Close codes: 3001 going away, 3008 too slow, 3012 no pong, 3013 too many, 3500 invalid token, 3501 unreadable
/// frame, 4401 no token or token over.
#[utoipa::path(operation_id = "open_socket", tag = "live",
    responses((status = 101, body = SocketFrames, description = "A WebSocket"), Problems))]
#[get("/ws")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    registry: Data<ConnectionRegistry>,
    throttle: Data<Throttle>,
    _same_origin: SameOrigin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    if cx.tasks.draining().is_cancelled() {
        return Err(Problem::unavailable("draining"));
    }
    let body = inbound::bounded(&request, body).await.map_err(Problem::internal)?;
    let upgraded = actix_ws::handle(&request, body);
    let (response, _session, stream) =
        upgraded.map_err(|e| Problem::new(problems::SOCKET_HANDSHAKE).detail(e.to_string()))?;
    let pipe = Arc::new(Pipe::new(registry.config().queue_frames, registry.config().queue_bytes));
    let response = response.map_body(|_, signal| Outgoing::new(pipe.clone(), signal).boxed());
    let stream =
        stream.max_frame_size(MAX_MESSAGE).aggregate_continuations().max_continuation_size(MAX_MESSAGE);
    // The stream stays on this worker's thread, so its task does too; it ends with the connection.
    actix_web::rt::spawn(async move {
        let mut reader = Reader {
            cx: cx.as_ref().clone(),
            registry: registry.as_ref().clone(),
            throttle: throttle.as_ref().clone(),
            pipe: pipe.clone(),
            typed: HashMap::new(),
            window: (Instant::now(), 0),
        };
        reader.run(stream).await;
        pipe.over();
    });
    Ok(response)
}

/// The reading half of one socket.
struct Reader {
    cx: Ctx,
    registry: ConnectionRegistry,
    throttle: Throttle,
    pipe: Arc<Pipe>,
    /// When "is typing" was last passed on, by conversation.
    typed: HashMap<Uuid, Instant>,
    /// Start of the window, and frames in it.
    window: (Instant, u32),
}

/// How the reading half ended.
enum End {
    /// We closed: the client may take a moment to read why.
    Closed,
    /// What comes in cannot be read any more.
    Unreadable,
    /// The client is gone.
    Gone,
}

impl Reader {
    async fn run(&mut self, mut stream: AggregatedMessageStream) {
        let end = match self.admit(&mut stream).await {
            Ok(connection) => {
                let _open = self.cx.metrics.opened(self.cx.name, "socket");
                let end = self.listen(&connection, &mut stream).await;
                self.registry.remove(&connection);
                end
            }
            Err(end) => end,
        };
        match end {
            End::Gone => {}
            End::Unreadable => tokio::time::sleep(LINGER / 4).await,
            End::Closed => {
                let answered = async {
                    while let Some(Ok(message)) = stream.recv().await {
                        if matches!(message, AggregatedMessage::Close(_)) {
                            break;
                        }
                    }
                };
                let _ = tokio::time::timeout(LINGER, answered).await;
            }
        }
    }

    /// The first frame says who it is.
    async fn admit(&mut self, stream: &mut AggregatedMessageStream) -> Result<Arc<Connection>, End> {
        let draining = self.cx.tasks.draining();
        let first = async {
            loop {
                if let Some(text) = self.text(stream.recv().await)? {
                    return Ok(text);
                }
            }
        };
        let within = self.registry.config().auth_within;
        let text = tokio::select! {
            first = tokio::time::timeout(within, first) => match first {
                Ok(first) => first?,
                Err(_late) => return Err(self.close(close::TOKEN_OVER)),
            },
            () = draining.cancelled() => return Err(self.close(close::GOING_AWAY)),
        };
        let token = match frames::parse(&text) {
            Ok(ClientFrame::Auth { token }) => token,
            Err(Unreadable::Broken) => return Err(self.close(close::BAD_FRAME)),
            Ok(_) | Err(Unreadable::Refused { .. }) => return Err(self.close(close::TOKEN_OVER)),
        };
        let caller = self.verify(&token).await.map_err(|code| self.close(code))?;
        let connection = self.registry.add(&caller, self.pipe.clone());
        if draining.is_cancelled() {
            // `close_all` may have run before this one was added.
            self.pipe.close(close::GOING_AWAY);
        }
        self.ready(&caller);
        Ok(connection)
    }

    async fn listen(&mut self, connection: &Arc<Connection>, stream: &mut AggregatedMessageStream) -> End {
        let closing = self.pipe.closing().clone();
        let mut hold = std::pin::pin!(tokio::time::sleep(HOLD));
        let mut holding = true;
        loop {
            let message = tokio::select! {
                biased;
                () = closing.cancelled() => return End::Closed,
                () = &mut hold, if holding => {
                    holding = false;
                    catch_up::run(self.cx.clone(), connection.clone(), connection.let_go()).await;
                    continue;
                }
                message = stream.recv() => message,
            };
            connection.touch();
            if self.is_too_many() {
                return self.close(close::TOO_MANY);
            }
            match self.text(message) {
                Ok(Some(text)) => {
                    if let Err(end) = self.handle(connection, &text).await {
                        return end;
                    }
                }
                Ok(None) => {}
                Err(end) => return end,
            }
        }
    }

    /// The text of a text frame; control frames are dealt with here.
    fn text(&self, message: Option<Result<AggregatedMessage, ProtocolError>>) -> Result<Option<String>, End> {
        match message {
            Some(Ok(AggregatedMessage::Text(text))) => Ok(Some(text.to_string())),
            Some(Ok(AggregatedMessage::Ping(payload))) => {
                self.pipe.push_if_idle(&frames::pong(&payload));
                Ok(None)
            }
            Some(Ok(AggregatedMessage::Pong(_))) => Ok(None),
            Some(Ok(AggregatedMessage::Close(reason))) => {
                self.pipe.close(reason.map_or(1000, |r| r.code.into()));
                Err(End::Gone)
            }
            Some(Ok(AggregatedMessage::Binary(_))) => Err(self.close(close::BAD_FRAME)),
            Some(Err(_)) => {
                self.pipe.cut(close::BAD_FRAME);
                Err(End::Unreadable)
            }
            None => Err(End::Gone),
        }
    }

    async fn handle(&mut self, connection: &Arc<Connection>, text: &str) -> Result<(), End> {
        let frame = match frames::parse(text) {
            Ok(frame) => frame,
            Err(Unreadable::Broken) => return Err(self.close(close::BAD_FRAME)),
            Err(Unreadable::Refused { code, client_id }) => {
                self.refuse(client_id, &Problem::new(code));
                return Ok(());
            }
        };
        let me = connection.account;
        match frame {
            ClientFrame::Auth { token } => {
                let caller = self.verify(&token).await.map_err(|code| self.close(code))?;
                if caller.account != me {
                    return Err(self.close(close::BAD_TOKEN));
                }
                connection.renew(&caller);
                self.ready(&caller);
            }
            ClientFrame::Resume { conversations } => {
                if let Err(problem) = catch_up::resume(&self.cx, connection, &conversations).await {
                    tracing::debug!(%problem, "cannot resume now");
                    return Err(self.close(close::GOING_AWAY));
                }
            }
            ClientFrame::Send { conversation_id, client_id, text } => {
                let span = trace::received(self.cx.name, "send");
                self.send(me, conversation_id, client_id, &text).instrument(span).await;
            }
            ClientFrame::Read { conversation_id, seq } => {
                let read = api::read(&self.cx, me, conversation_id, seq);
                if let Err(problem) = read.instrument(trace::received(self.cx.name, "read")).await {
                    self.refuse(None, &problem);
                }
            }
            ClientFrame::Typing { conversation_id } => self.typing(me, conversation_id).await,
            ClientFrame::Ping => self.pipe.push_or_close(&ServerFrame::Pong.encode()),
        }
        Ok(())
    }

    /// As `POST …/messages`; the acknowledgement follows the commit.
    async fn send(&self, me: Uuid, conversation_id: Uuid, client_id: Uuid, text: &str) {
        let sent = match Text::parse(text) {
            Ok(text) => api::send(&self.cx, &self.throttle, me, conversation_id, client_id, text).await,
            Err(unfit) => return self.pipe.push_or_close(&ServerFrame::unfit(client_id, &unfit).encode()),
        };
        match sent {
            Ok(Sent::New(m) | Sent::Before(m)) => {
                let stored =
                    ServerFrame::Stored { conversation_id, client_id, seq: m.seq, id: m.id, at: m.at };
                self.pipe.push_or_close(&stored.encode());
            }
            Err(problem) => self.refuse(Some(client_id), &problem),
        }
    }

    async fn typing(&mut self, me: Uuid, conversation: Uuid) {
        let now = Instant::now();
        self.typed.retain(|_, sent| now.duration_since(*sent) < TYPING);
        if self.typed.contains_key(&conversation) {
            return;
        }
        self.typed.insert(conversation, now);
        if let Err(problem) = self.registry.typing(&self.cx, me, conversation).await {
            tracing::debug!(%problem, "typing is not passed on");
        }
    }

    /// Whose token this is, or how to close.
    async fn verify(&self, token: &str) -> Result<Caller, u16> {
        self.cx.verifier.verify(token, &self.cx.clock).await.map_err(|problem| match problem.code() {
            code if [TOKEN_EXPIRED, TOKEN_REVOKED].map(Code::as_str).contains(&code) => close::TOKEN_OVER,
            _ if problem.status() == StatusCode::UNAUTHORIZED => close::BAD_TOKEN,
            _ => close::GOING_AWAY,
        })
    }

    fn ready(&self, caller: &Caller) {
        let heartbeat_ms = u64::try_from(self.registry.config().heartbeat.as_millis()).unwrap_or(u64::MAX);
        let (account_id, expires_at) = (caller.account, caller.expires_at);
        self.pipe.push_or_close(&ServerFrame::Ready { account_id, expires_at, heartbeat_ms }.encode());
    }

    fn refuse(&self, client_id: Option<Uuid>, problem: &Problem) {
        if problem.status().is_server_error() {
            tracing::error!(problem = problem.code(), cause = problem.cause(), "a frame failed");
        }
        self.pipe.push_or_close(&ServerFrame::refused(client_id, problem).encode());
    }

    fn is_too_many(&mut self) -> bool {
        let (start, count) = &mut self.window;
        if start.elapsed() >= WINDOW {
            (*start, *count) = (Instant::now(), 0);
        }
        *count += 1;
        *count > MAX_FRAMES
    }

    fn close(&self, code: u16) -> End {
        self.pipe.close(code);
        End::Closed
    }
}
