//! What client and server say over a socket, and its bytes on the wire.

use bytes::{BufMut, Bytes, BytesMut};
use chrono::{DateTime, Utc};
use common::http::{self, Code, FieldError, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{conversation::api::MessageView, problems};

/// What a client may say. The first frame is `auth`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientFrame {
    /// Who I am; again before the token is over.
    Auth {
        token: String,
    },
    /// How far I have come. All that is missing is sent, or `reload`; never a part.
    Resume {
        conversations: Vec<Known>,
    },
    /// Answered by `stored`, or `refused`; repeat it with the same id when neither comes.
    Send {
        conversation_id: Uuid,
        client_id: Uuid,
        text: String,
    },
    /// I have read up to `seq`.
    Read {
        conversation_id: Uuid,
        seq: i64,
    },
    Typing {
        conversation_id: Uuid,
    },
    /// Answered by `pong`.
    Ping,
}

/// The newest message that the client has, without a gap before it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub(super) struct Known {
    pub id: Uuid,
    pub last_seq: i64,
}

/// What the server says.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerFrame {
    Ready {
        account_id: Uuid,
        expires_at: DateTime<Utc>,
        heartbeat_ms: u64,
    },
    Message {
        message: MessageView,
    },
    /// My message is safely kept.
    Stored {
        conversation_id: Uuid,
        client_id: Uuid,
        seq: i64,
        id: Uuid,
        at: DateTime<Utc>,
    },
    Refused {
        #[schema(required)]
        client_id: Option<Uuid>,
        problem: RefusedProblem,
    },
    /// Somebody has read up to `seq`; perhaps I, on another device.
    Read {
        conversation_id: Uuid,
        account_id: Uuid,
        seq: i64,
    },
    Typing {
        conversation_id: Uuid,
        account_id: Uuid,
    },
    /// Too much is missing: read the conversation over HTTP.
    Reload {
        conversation_id: Uuid,
    },
    /// There is a new conversation.
    Opened {
        conversation_id: Uuid,
    },
    Pong,
}

/// Why a frame was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RefusedProblem {
    pub code: String,
    pub status: u16,
    /// What a sentence about the code may mention, where there is something: as in a problem document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub params: Option<Value>,
}

/// Both directions, for the document: a GET has no other place for them.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct SocketFrames {
    /// What the client may say.
    client: ClientFrame,
    /// What the server says.
    server: ServerFrame,
}

/// Why a text frame is not one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Not even an object with a type: the socket is closed.
    Broken,
    /// A type from the future, or a mistake in a known one: refused, and we go on.
    Refused { code: Code, client_id: Option<Uuid> },
}

const TYPES: [&str; 6] = ["auth", "resume", "send", "read", "typing", "ping"];

/// Reads a text frame.
pub(super) fn parse(text: &str) -> Result<ClientFrame, Unreadable> {
    let frame: Value = serde_json::from_str(text).map_err(|_not_json| Unreadable::Broken)?;
    let name = frame.get("type").and_then(Value::as_str).ok_or(Unreadable::Broken)?;
    let client_id = frame.get("client_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    if !TYPES.contains(&name) {
        return Err(Unreadable::Refused { code: problems::FRAME_UNKNOWN_TYPE, client_id });
    }
    ClientFrame::deserialize(&frame)
        .map_err(|_shape| Unreadable::Refused { code: problems::FRAME_UNREADABLE, client_id })
}

impl ServerFrame {
    pub(super) fn refused(client_id: Option<Uuid>, problem: &Problem) -> Self {
        let (code, status) = (problem.code().to_owned(), problem.status().as_u16());
        let problem = RefusedProblem { code, status, params: problem.params().cloned() };
        Self::Refused { client_id, problem }
    }

    /// A message whose text is refused.
    pub(super) fn unfit(client_id: Uuid, error: &FieldError) -> Self {
        let status = http::problems::REQUEST_INVALID.status().as_u16();
        let problem = RefusedProblem {
            code: error.code.as_str().to_owned(),
            status,
            params: Some(error.params.clone()),
        };
        Self::Refused { client_id: Some(client_id), problem }
    }

    /// The whole text frame, header included, ready for any number of sockets.
    pub(super) fn encode(&self) -> Bytes {
        // A frame is plain data; writing it cannot fail, and an empty object would harm nobody.
        let json = serde_json::to_vec(self).unwrap_or_else(|_| b"{}".to_vec());
        framed(TEXT, &json)
    }
}

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;
const FIN: u8 = 0x80;

/// RFC 6455 §5.2, as a server sends: final, unmasked.
fn framed(opcode: u8, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(payload.len() + 10);
    out.put_u8(FIN | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => out.put_u8(short),
        (_, Ok(medium)) => {
            out.put_u8(126);
            out.put_u16(medium);
        }
        _ => {
            out.put_u8(127);
            out.put_u64(u64::try_from(payload.len()).unwrap_or(u64::MAX));
        }
    }
    out.put_slice(payload);
    out.freeze()
}

pub(super) fn ping() -> Bytes {
    Bytes::from_static(&[FIN | PING, 0])
}

/// Answers a ping; control frames carry at most 125 bytes.
pub(super) fn pong(payload: &[u8]) -> Bytes {
    framed(PONG, payload.get(..125).unwrap_or(payload))
}

pub(super) fn close(code: u16) -> Bytes {
    framed(CLOSE, &code.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_in_the_shortest_form() {
        for (length, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
            let frame = framed(TEXT, &vec![b'x'; length]);
            assert_eq!((frame[0], frame.len()), (0x81, header + length), "{length}");
        }
        assert_eq!(framed(TEXT, &[b'x'; 300])[..4], [0x81, 126, 1, 44]);
        assert_eq!(close(4401)[..], [0x88, 2, 0x11, 0x31]);
        assert_eq!(pong(&[7; 200]).len(), 127);
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        for broken in ["", "[]", "7", "{", r#"{"type":1}"#, r#"{"typ":"ping"}"#] {
            assert_eq!(parse(broken).unwrap_err(), Unreadable::Broken, "{broken}");
        }
        let refused = |code| Unreadable::Refused { code, client_id: None };
        assert_eq!(parse(r#"{"type":"dance"}"#).unwrap_err(), refused(problems::FRAME_UNKNOWN_TYPE));
        assert_eq!(parse(r#"{"type":"read","seq":"one"}"#).unwrap_err(), refused(problems::FRAME_UNREADABLE));
        assert!(matches!(parse(r#"{"type":"ping","later":1}"#), Ok(ClientFrame::Ping)));
    }
}
