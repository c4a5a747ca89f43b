//! Headers that the balancer takes away and adds.

use std::net::{IpAddr, SocketAddr};

use chrono::Utc;
use hyper::{
    HeaderMap,
    header::{self, HeaderName, HeaderValue},
};

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const TRACE: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// Those that speak of one connection only.
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Whether both sides are to speak WebSocket from here on.
pub fn upgrades(headers: &HeaderMap) -> bool {
    let says = |name, what: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|word| word.trim().eq_ignore_ascii_case(what))
    };
    says(header::CONNECTION, "upgrade") && says(header::UPGRADE, "websocket")
}

/// Takes away what is meant for the balancer, also what `Connection` names; an upgrade is stated again.
pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let upgrade = upgrades(headers);
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|word| word.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
    if upgrade {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
}

/// Says who asks, how, and in which trace.
pub fn add_forwarded(headers: &mut HeaderMap, client: IpAddr, listener: SocketAddr) {
    let before = joined(headers, &FOR);
    let forwarded = if before.is_empty() { client.to_string() } else { format!("{before}, {client}") };
    let before = joined(headers, &TRACE);
    let trace = if before.contains("Root=") {
        format!("Self={};{before}", trace_id())
    } else {
        format!("Root={}{}{before}", trace_id(), if before.is_empty() { "" } else { ";" })
    };
    let values =
        [(FOR, forwarded), (PROTO, "http".to_owned()), (PORT, listener.port().to_string()), (TRACE, trace)];
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(", ")
}

/// Seconds since 1970 and 96 random bits, as AWS X-Ray counts.
fn trace_id() -> String {
    #[expect(clippy::disallowed_methods, reason = "the balancer is no service: it follows nobody's clock")]
    let now = Utc::now().timestamp();
    let unique = rand::random::<u128>() >> 32;
    format!("1-{now:08x}-{unique:024x}")
}

#[cfg(test)]
mod tests {
    use hyper::HeaderMap;

    use super::{add_forwarded, remove_hop_by_hop};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn what_connection_names_goes_too() {
        let mut headers = headers(&[
            ("connection", "close, X-Secret"),
            ("x-secret", "1"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("accept", "*/*"),
        ]);
        remove_hop_by_hop(&mut headers);
        let left: Vec<_> = headers.keys().map(ToString::to_string).collect();
        assert_eq!(left, ["accept"]);
    }

    #[test]
    fn an_upgrade_to_websocket_stays() {
        let mut headers = headers(&[("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket")]);
        remove_hop_by_hop(&mut headers);
        assert_eq!(headers["connection"], "upgrade");
        assert_eq!(headers["upgrade"], "websocket");
    }

    #[test]
    fn a_trace_that_came_along_goes_on() {
        let mut headers = headers(&[
            ("x-forwarded-for", "203.0.113.7"),
            ("x-amzn-trace-id", "Root=1-67891233-abcdef012345678912345678"),
        ]);
        add_forwarded(&mut headers, "127.0.0.1".parse().unwrap(), "127.0.0.1:8080".parse().unwrap());
        assert_eq!(headers["x-forwarded-for"], "203.0.113.7, 127.0.0.1");
        assert_eq!(headers["x-forwarded-port"], "8080");
        let trace = headers["x-amzn-trace-id"].to_str().unwrap();
        assert!(trace.starts_with("Self=1-") && trace.ends_with(";Root=1-67891233-abcdef012345678912345678"));
    }
}
