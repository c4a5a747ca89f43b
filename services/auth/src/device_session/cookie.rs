//! The cookies of devices: sent to this service only, over TLS only, never to scripts, never on requests of other sites.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time},
};
use chrono::TimeDelta;

use super::{domain::IDLE, token::Token};

/// `__Secure-`: a browser takes it only over TLS, so nobody on the way can plant one.
const NAME: &str = "__Secure-dojob_refresh";

/// Where the browser sends it.
const PATH: &str = "/api/auth";

/// The cookie with this token.
pub(crate) fn set(token: String) -> Cookie<'static> {
    build(NAME, token, IDLE)
}

/// Takes the cookie away.
pub(crate) fn clear() -> Cookie<'static> {
    build(NAME, String::new(), TimeDelta::zero())
}

/// A cookie of this service.
pub(crate) fn build(name: &'static str, value: String, age: TimeDelta) -> Cookie<'static> {
    Cookie::build(name, value)
        .path(PATH)
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Strict)
        .max_age(time::Duration::seconds(age.num_seconds()))
        .finish()
}

/// The token that the request brings, if it can be one.
pub(crate) fn token(request: &HttpRequest) -> Option<Token> {
    Token::read(request.cookie(NAME)?.value())
}
