//! What stands between clients and this process: the proxies that are believed, the names that it answers to, and the pages
//! that may use cookies and sockets.

use std::{
    future::{Ready, ready},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{
        header::{self, HeaderMap},
        uri::{Authority, Uri},
    },
    web::Data,
};
use ipnet::IpNet;
use kernel::config::Env;

use crate::{Problem, problems};

/// What a process knows of its surroundings. By default it stands alone: nobody speaks for others, its pages are its own, and
/// it answers to no name but those of this machine and network.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    origins: Arc<[String]>,
    /// Those of the origins, in small letters.
    hosts: Arc<[String]>,
    proxies: Arc<[IpNet]>,
    /// Where nobody has said how the pages are reached: a production without a domain, behind a balancer's own name.
    any_host: bool,
}

impl Edge {
    /// Reads `DOJOB_ORIGINS` and `DOJOB_TRUSTED_PROXIES`.
    pub fn from_env(env: &Env) -> Self {
        let origins = env.get(
            "DOJOB_ORIGINS",
            String::new(),
            "origins of the pages, separated by commas: they may use cookies and sockets, and their hosts are answered",
        );
        let any_host = origins.is_empty() && env.production();
        let proxies = env.get(
            TRUSTED_PROXIES,
            String::new(),
            "balancers whose X-Forwarded-For is believed: addresses or networks, separated by commas",
        );
        let network = |word: &str| {
            let network = word.parse().or_else(|_| word.parse().map(|address: IpAddr| IpNet::from(address)));
            if network.is_err() {
                let expected = "expected an address or a network, as in 10.20.0.0/16";
                env.refuse(TRUSTED_PROXIES, format!("{word}: {expected}"));
            }
            network.ok()
        };
        let proxies = words(&proxies).filter_map(network).collect();
        let host = |origin: &str| Some(origin.parse::<Uri>().ok()?.host()?.to_ascii_lowercase());
        let hosts = words(&origins).filter_map(host).collect();
        Self { origins: words(&origins).map(str::to_owned).collect(), hosts, proxies, any_host }
    }

    /// Believes these proxies.
    #[must_use]
    pub fn behind(self, proxies: impl IntoIterator<Item = IpNet>) -> Self {
        Self { proxies: proxies.into_iter().collect(), ..self }
    }

    /// Whether this peer is a proxy of ours.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&peer))
    }

    /// Whether the request is for this process: for an address, for a name of this machine or of its own network (they have no
    /// dot, as `localhost` or `auth`), or for the host of an origin of ours. A stranger's name that was pointed at this address
    /// (DNS rebinding) is refused. A client that names no host is no browser.
    pub fn serves(&self, request: &HttpRequest) -> bool {
        if self.any_host {
            return true;
        }
        let Some(asked) = asked(request) else { return true };
        let Ok(asked) = asked.parse::<Authority>() else { return false };
        let host = asked.host();
        let is_address = host.parse::<Ipv4Addr>().is_ok() || host.starts_with('[');
        let is_near = !host.contains('.') || host.ends_with(".localhost");
        is_address || is_near || self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// The client that the peer speaks for. Only what a proxy of ours has written counts: entries of `X-Forwarded-For` from the
    /// last one on, up to the first that is none of ours. Those before it are the client's words.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let forwarded: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(','))
            .collect();
        let mut client = peer;
        for entry in forwarded.iter().rev() {
            match address(entry.trim()).filter(|_| self.trusts(client)) {
                Some(before) => client = before,
                None => break,
            }
        }
        client
    }
}

/// Who is counted as one: an IPv4 address, or the network of IPv6 that a household or provider hands out (/64).
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
    }
}

const TRUSTED_PROXIES: &str = "DOJOB_TRUSTED_PROXIES";

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty())
}

/// With or without a port.
fn address(entry: &str) -> Option<IpAddr> {
    let with_port = || entry.parse().ok().map(|a: SocketAddr| a.ip());
    entry.parse().ok().or_else(with_port).map(|a: IpAddr| a.to_canonical())
}

/// Whether somebody says that they pass a request on: then it need not come from the machine of the peer.
pub fn is_passed_on(headers: &HeaderMap) -> bool {
    ["x-forwarded-for", "forwarded", "x-real-ip"].iter().any(|name| headers.contains_key(*name))
}

/// The address of the client: of the peer, or what a proxy of ours saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteAddr(pub IpAddr);

impl FromRequest for RemoteAddr {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |a| a.ip().to_canonical());
        let edge = req.app_data::<Data<Edge>>();
        ready(Ok(Self(edge.map_or(peer, |edge| edge.client(peer, req.headers())))))
    }
}

/// Proof that a browser's request comes from our own pages: its `Origin` is this host's or one of `DOJOB_ORIGINS`. Requests
/// without the header do not come from another site's script. For what a cookie or a socket authenticates.
#[derive(Clone, Copy, Debug)]
pub struct SameOrigin;

impl FromRequest for SameOrigin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let allowed = match req.headers().get(header::ORIGIN).map(|v| v.to_str()) {
            None => true,
            Some(Err(_)) => false,
            Some(Ok(origin)) => {
                is_own(origin, req)
                    || req
                        .app_data::<Data<Edge>>()
                        .is_some_and(|edge| edge.origins.iter().any(|o| o == origin))
            }
        };
        ready(if allowed { Ok(Self) } else { Err(Problem::new(problems::REQUEST_ORIGIN)) })
    }
}

/// The host that the client sent the request to; what a header says that any client may write does not count. Whether it was TLS
/// is known to the balancer alone, so either scheme of that host is taken, and no other.
fn is_own(origin: &str, req: &HttpRequest) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && Some(host) == asked(req))
}

/// The host and port that a request names; an unreadable one is empty.
fn asked(req: &HttpRequest) -> Option<&str> {
    let named = || req.headers().get(header::HOST).map(|v| v.to_str().unwrap_or_default());
    req.uri().authority().map(Authority::as_str).or_else(named)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_what_proxies_of_ours_have_written_counts() {
        let edge = Edge::from_env(&Env::of(&[(TRUSTED_PROXIES, "10.20.0.0/16, 192.0.2.7,fd00::/8")]));
        for (peer, forwarded, expected) in [
            ("203.0.113.9", &["198.51.100.1"][..], "203.0.113.9"),
            ("10.20.3.4", &["198.51.100.1"], "198.51.100.1"),
            ("10.20.3.4", &["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("10.20.3.4", &["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
            ("10.20.3.4", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.20.3.4", &["6.6.6.6, 198.51.100.1, 192.0.2.7"], "198.51.100.1"),
            ("10.20.3.4", &["nonsense"], "10.20.3.4"),
            ("10.20.3.4", &[], "10.20.3.4"),
            // Private, and nobody has named it.
            ("10.99.0.1", &["198.51.100.1"], "10.99.0.1"),
            ("127.0.0.1", &["198.51.100.1"], "127.0.0.1"),
            ("fd00::1", &["2001:db8::1"], "2001:db8::1"),
            ("2001:db8::2", &["198.51.100.1"], "2001:db8::2"),
        ] {
            let mut headers = HeaderMap::new();
            for value in forwarded {
                let value = header::HeaderValue::from_str(value).unwrap();
                headers.append(header::HeaderName::from_static("x-forwarded-for"), value);
            }
            let client = edge.client(peer.parse().unwrap(), &headers);
            assert_eq!(client, expected.parse::<IpAddr>().unwrap(), "{peer} {forwarded:?}");
            assert_eq!(Edge::default().client(peer.parse().unwrap(), &headers).to_string(), peer);
        }
        let refused = Env::of(&[(TRUSTED_PROXIES, "10.0.0.0/8,the balancer")]);
        Edge::from_env(&refused);
        assert!(refused.done().unwrap_err().to_string().contains("the balancer: expected an address"));
    }

    #[test]
    fn a_name_that_is_not_ours_is_not_answered() {
        let at_home = Edge::default();
        let launched = Edge::from_env(&Env::of(&[
            ("DOJOB_ENV", "production"),
            ("DOJOB_ORIGINS", "https://dojob.example,http://tablet.lan:8080"),
        ]));
        let without_domain = Edge::from_env(&Env::of(&[("DOJOB_ENV", "production")]));
        for (host, home, launch) in [
            ("localhost:8080", true, true),
            ("LOCALHOST", true, true),
            ("shop.localhost:8080", true, true),
            ("127.0.0.1:8080", true, true),
            ("192.168.0.7:8080", true, true),
            ("[::1]:8080", true, true),
            ("auth:8080", true, true),
            ("dojob.example", false, true),
            ("DOJOB.example:443", false, true),
            ("tablet.lan:8080", false, true),
            ("rebound.attacker.example:8080", false, false),
            ("dojob.example.attacker.example", false, false),
            ("127.0.0.1.nip.example:8080", false, false),
            ("localhost.attacker.example", false, false),
            ("user@attacker.example", false, false),
            ("127.0.0.1@attacker.example", false, false),
            ("", false, false),
            ("a b", false, false),
        ] {
            let request = TestRequest::default().insert_header((header::HOST, host)).to_http_request();
            assert_eq!(at_home.serves(&request), home, "{host}");
            assert_eq!(launched.serves(&request), launch, "{host}");
            assert!(without_domain.serves(&request), "{host}");
        }
        assert!(at_home.serves(&TestRequest::default().to_http_request()), "HTTP/1.0 has none");
    }

    #[test]
    fn a_page_of_another_origin_is_not_ours() {
        let edge = Edge { origins: ["https://app.dojob.example".to_owned()].into(), ..Edge::default() };
        for (origin, allowed) in [
            (None, true),
            (Some("http://dojob.example:8080"), true),
            (Some("https://dojob.example:8080"), true),
            (Some("https://app.dojob.example"), true),
            (Some("http://app.dojob.example"), false),
            (Some("http://dojob.example"), false),
            (Some("ftp://dojob.example:8080"), false),
            (Some("://dojob.example:8080"), false),
            (Some("dojob.example:8080"), false),
            (Some("http://evil.example"), false),
            (Some("null"), false),
            (Some(""), false),
        ] {
            let request = TestRequest::default()
                .app_data(Data::new(edge.clone()))
                .insert_header((header::HOST, "dojob.example:8080"))
                // Any client may write these.
                .insert_header(("x-forwarded-host", "evil.example"))
                .insert_header(("forwarded", "host=evil.example"));
            let request = match origin {
                Some(origin) => request.insert_header((header::ORIGIN, origin)),
                None => request,
            };
            let (request, mut payload) = request.to_http_parts();
            let answer = SameOrigin::from_request(&request, &mut payload).into_inner();
            assert_eq!(answer.is_ok(), allowed, "{origin:?}");
        }
    }
}
