//! What every request passes before it reaches a mount or the front, and what every answer carries.

use std::{future::Future, net::IpAddr, sync::Arc, time::Duration};

use actix_web::{
    Error,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderValue},
};
use http::{Edge, Problem, problems};

use crate::connections::{Connections, TooMany};

/// Answers of operations are data: whoever opens one as a page gets nothing that runs, and no frame shows it.
const DATA: &str = "default-src 'none'; frame-ancestors 'none'";

/// The pages of the documentation run their own scripts, which set styles, and ask this host.
const DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Refuses a request for another host, and one of a client that has too many in work already; signs the answer of every other.
///
/// A client that comes by a proxy of ours is counted here, where its address is known, from its headers until its answer
/// begins. One that comes by itself was counted when it connected.
pub(crate) async fn pass<F>(
    edge: Edge,
    connections: Arc<Connections>,
    request: ServiceRequest,
    next: impl FnOnce(ServiceRequest) -> F,
) -> Result<ServiceResponse<BoxBody>, Error>
where
    F: Future<Output = Result<ServiceResponse<BoxBody>, Error>>,
{
    let admitted = if edge.serves(request.request()) {
        of_proxied(&edge, &connections, &request)
            .map_err(|TooMany| Problem::new(problems::REQUEST_TOO_MANY).retry_after(Duration::from_secs(1)))
    } else {
        Err(Problem::new(problems::REQUEST_HOST).detail(
            "This host does not answer for that name: DOJOB_ORIGINS lists the origins of its own pages.",
        ))
    };
    let mut answered = match admitted {
        Ok(_while_in_work) => next(request).await?,
        Err(problem) => request.into_response(problem.response(None)),
    };
    let is_docs = answered.request().path().contains("/docs/");
    sign(answered.headers_mut(), if is_docs { DOCS } else { DATA });
    Ok(answered)
}

/// Counts a client that a proxy of ours speaks for.
fn of_proxied(
    edge: &Edge,
    connections: &Arc<Connections>,
    request: &ServiceRequest,
) -> Result<Option<crate::connections::Admitted>, TooMany> {
    let peer: Option<IpAddr> = request.peer_addr().map(|peer| peer.ip().to_canonical());
    match peer.filter(|peer| edge.trusts(*peer)) {
        Some(peer) => connections.admit(edge.client(peer, request.headers())),
        None => Ok(None),
    }
}

fn sign(headers: &mut HeaderMap, policy: &'static str) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
}
