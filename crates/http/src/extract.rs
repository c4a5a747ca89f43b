//! Extractors that answer problems. They run in argument order: put the caller first, so that the body of
//! an unknown caller is never read.

use std::{future::Future, ops::Deref, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header,
    web::{self, Data},
};
use futures_util::StreamExt;
use kernel::{field::FieldError, time::Clock};
use serde::de::DeserializeOwned;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    Problem,
    auth::{Caller, Verifier},
    problems::{self, field},
};

/// Bodies are small: text and numbers.
const MAX_BODY: usize = 64 * 1024;

/// How long a body may take, and how long its next piece: a client that trickles holds a connection and a request.
const BODY: Duration = Duration::from_secs(20);
const CHUNK: Duration = Duration::from_secs(5);

/// The body's SHA-256, left in the request for [`crate::IdempotencyKey`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BodyHash(pub [u8; 32]);

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// A JSON body of at most 64 KiB. Types should `deny_unknown_fields`.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest for ApiJson<T> {
    type Error = Problem;
    type Future = Extraction<Self>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            if !req.content_type().eq_ignore_ascii_case("application/json") {
                return Err(Problem::new(problems::REQUEST_NOT_JSON));
            }
            let mut body = web::BytesMut::new();
            let late = tokio::time::Instant::now() + BODY;
            loop {
                let until = late.min(tokio::time::Instant::now() + CHUNK);
                let Ok(next) = tokio::time::timeout_at(until, payload.next()).await else {
                    return Err(Problem::new(problems::REQUEST_TIMEOUT));
                };
                let Some(chunk) = next else { break };
                let chunk = chunk.map_err(|e| unreadable(&format!("the body broke off: {e}")))?;
                if body.len() + chunk.len() > MAX_BODY {
                    return Err(Problem::new(problems::REQUEST_TOO_LARGE));
                }
                body.extend_from_slice(&chunk);
            }
            // Rust's structs could be read from lists, too; the documents speak of objects.
            if body.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
                return Err(unreadable("not a JSON object"));
            }
            req.extensions_mut().insert(BodyHash(Sha256::digest(&body).into()));
            let mut json = serde_json::Deserializer::from_slice(&body);
            let value = serde_path_to_error::deserialize(&mut json).map_err(|e| {
                let pointer = pointer(e.path());
                unreadable(&e.inner().to_string())
                    .and_field(pointer, FieldError::plain(field::JSON_UNREADABLE))
            })?;
            json.end().map_err(|e| unreadable(&e.to_string()))?;
            Ok(Self(value))
        })
    }
}

/// The detail quotes what was sent.
fn unreadable(detail: &str) -> Problem {
    Problem::new(problems::REQUEST_UNREADABLE).detail(visible(detail))
}

/// What was sent, to be quoted in an answer or a log: shortened, and with everything visible that would hide, deceive or
/// begin a line of its own.
fn visible(sent: &str) -> String {
    let mut visible = String::new();
    for c in sent.chars().take(300) {
        if c.is_ascii_graphic() { visible.push(c) } else { visible.extend(c.escape_debug()) }
    }
    visible
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", visible(key).replace('~', "~0").replace('/', "~1")),
            Segment::Enum { variant } => format!("/{variant}"),
            Segment::Unknown => String::new(),
        })
        .collect()
}

/// The query string. Types should `deny_unknown_fields`.
#[derive(Debug)]
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned> FromRequest for ApiQuery<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let parsed = serde_urlencoded::from_str(req.query_string());
        std::future::ready(parsed.map(Self).map_err(|e| unreadable(&e.to_string())))
    }
}

/// The path's parameters. One that cannot be read names nothing, so the answer is 404.
#[derive(Debug)]
pub struct ApiPath<T>(pub T);

#[expect(clippy::disallowed_types, reason = "the extractor that the others are told to use instead")]
impl<T: DeserializeOwned + 'static> FromRequest for ApiPath<T> {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parsed = web::Path::<T>::from_request(req, payload).into_inner();
        std::future::ready(
            parsed.map(|path| Self(path.into_inner())).map_err(|_unreadable| Problem::not_found()),
        )
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Extraction<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = caller(req);
        Box::pin(async { caller.await?.ok_or_else(|| Problem::new(problems::TOKEN_MISSING)) })
    }
}

/// The caller, if there is one. A *bad* token is refused, never taken for nobody.
#[derive(Clone, Copy, Debug)]
pub struct MaybeCaller(pub Option<Caller>);

impl MaybeCaller {
    /// The account that asks, if any.
    pub fn account(&self) -> Option<uuid::Uuid> {
        self.0.map(|caller| caller.account)
    }
}

impl FromRequest for MaybeCaller {
    type Error = Problem;
    type Future = Extraction<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = caller(req);
        Box::pin(async { caller.await.map(Self) })
    }
}

fn caller(req: &HttpRequest) -> impl Future<Output = Result<Option<Caller>, Problem>> + 'static {
    let req = req.clone();
    async move {
        let Some(value) = req.headers().get(header::AUTHORIZATION) else { return Ok(None) };
        let token = value
            .to_str()
            .ok()
            .and_then(|v| v.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token)
            .ok_or_else(|| Problem::new(problems::TOKEN_INVALID))?;
        let (Some(verifier), Some(clock)) = (req.app_data::<Data<Verifier>>(), req.app_data::<Data<Clock>>())
        else {
            return Err(Problem::internal("no verifier and clock in this scope"));
        };
        verifier.verify(token.trim(), clock).await.map(Some)
    }
}

impl<T> Deref for ApiJson<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Deref for ApiQuery<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A required header is absent or not usable.
pub(super) fn header_problem(name: &'static str) -> Problem {
    Problem::new(problems::REQUEST_HEADER)
        .and_field("", FieldError::new(field::HEADER_REQUIRED, json!({ "name": name })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_the_sender_is_quoted_visibly() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}
        let pointer_to = |key: &str| {
            let body = json!({ key: 1 }).to_string();
            let mut json = serde_json::Deserializer::from_str(&body);
            pointer(serde_path_to_error::deserialize::<_, Nothing>(&mut json).unwrap_err().path())
        };
        assert_eq!(pointer_to("이름"), "/이름");
        assert_eq!(pointer_to("a/b~"), "/a~1b~0");
        assert_eq!(pointer_to("a\u{202E}b\n2026 ERROR\u{1B}[31m"), r"/a\u{202e}b\n2026 ERROR\u{1b}[31m");
        assert_eq!(pointer_to(&"x".repeat(5_000)).len(), 301);
    }
}
