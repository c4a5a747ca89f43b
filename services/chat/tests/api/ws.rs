//! A real WebSocket client.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use testkit::{App, Member};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpSocket, TcpStream},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};
use uuid::Uuid;

pub struct Ws {
    stream: WebSocketStream<TcpStream>,
    /// Whether it wants to hear of new conversations; else they are passed over, since they come when they come.
    pub openings: bool,
}

impl Ws {
    /// Connects, or tells the status that refused it.
    pub async fn open(app: &App, origin: Option<&str>) -> Result<Self, u16> {
        Self::open_with(app, origin, None).await
    }

    pub async fn open_with(
        app: &App,
        origin: Option<&str>,
        receive_buffer: Option<u32>,
    ) -> Result<Self, u16> {
        let host = app.base.strip_prefix("http://").unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        let tcp = socket.connect(host.parse().unwrap()).await.unwrap();
        let mut request = format!("ws://{host}/api/chat/ws").into_client_request().unwrap();
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match client_async(request, tcp).await {
            Ok((stream, _)) => Ok(Self { stream, openings: false }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Connects as this person.
    pub async fn of(app: &App, member: &Member<'_>) -> Self {
        let mut ws = Self::open(app, None).await.unwrap();
        ws.auth(app, member).await;
        ws
    }

    pub async fn auth(&mut self, app: &App, member: &Member<'_>) {
        self.say(json!({ "type": "auth", "token": app.token(member.id, member.session) })).await;
        let ready = self.receive().await;
        assert_eq!((&ready["type"], &ready["account_id"]), (&json!("ready"), &json!(member.id)), "{ready}");
    }

    pub async fn say(&mut self, frame: Value) {
        self.say_raw(Message::text(frame.to_string())).await;
    }

    pub async fn say_raw(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// The header of a text frame of so many bytes, and none of them.
    pub async fn declare(&mut self, length: u64) {
        let header = [&[0x81, 0xff][..], &length.to_be_bytes(), &[0; 4]].concat();
        self.stream.get_mut().write_all(&header).await.unwrap();
    }

    /// As [`Self::say_raw`] to somebody who may have hung up.
    pub async fn try_say(&mut self, message: Message) -> bool {
        self.stream.send(message).await.is_ok()
    }

    /// The next frame, or the code it was closed with.
    pub async fn next(&mut self) -> Result<Value, u16> {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.stream.next()).await;
            match next.expect("a frame within ten seconds") {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if self.openings || frame["type"] != "opened" {
                        return Ok(frame);
                    }
                }
                Some(Ok(Message::Close(reason))) => return Err(reason.map_or(1005, |r| r.code.into())),
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("{error}"),
                None => panic!("the connection ended without a good-bye"),
            }
        }
    }

    #[track_caller]
    pub fn receive(&mut self) -> impl Future<Output = Value> {
        let from = std::panic::Location::caller();
        async move { self.next().await.unwrap_or_else(|code| panic!("closed with {code}, waited for at {from}")) }
    }

    /// The next frame of this type; others are passed over.
    pub async fn receive_type(&mut self, name: &str) -> Value {
        loop {
            let frame = self.receive().await;
            if frame["type"] == name {
                return frame;
            }
        }
    }

    /// The code it is closed with; frames before are passed over.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// Nothing is said for a while.
    pub async fn silence(&mut self) {
        let next = tokio::time::timeout(Duration::from_millis(300), self.next()).await;
        assert!(next.is_err(), "{next:?}");
    }

    pub async fn resume(&mut self, known: &[(Uuid, i64)]) {
        let known: Vec<_> =
            known.iter().map(|(id, last_seq)| json!({ "id": id, "last_seq": last_seq })).collect();
        self.say(json!({ "type": "resume", "conversations": known })).await;
    }

    pub async fn send(&mut self, conversation: Uuid, client_id: Uuid, text: &str) {
        self.say(
            json!({ "type": "send", "conversation_id": conversation, "client_id": client_id, "text": text }),
        )
        .await;
    }
}
