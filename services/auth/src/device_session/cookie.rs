//! The refresh cookie: sent to this service only, over TLS only, never to scripts, never on requests of other sites.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time},
};

use super::{domain::IDLE, token::Token};

/// `__Secure-`: a browser takes it only over TLS, so nobody on the way can plant one.
const NAME: &str = "__Secure-dojob_refresh";

/// Where the browser sends it.
const PATH: &str = "/api/auth";

/// The cookie with this token.
pub(crate) fn set(token: String) -> Cookie<'static> {
    build(token, time::Duration::seconds(IDLE.num_seconds()))
}

/// Takes the cookie away.
pub(crate) fn clear() -> Cookie<'static> {
    build(String::new(), time::Duration::ZERO)
}

fn build(value: String, age: time::Duration) -> Cookie<'static> {
    Cookie::build(NAME, value)
        .path(PATH)
        .http_only(true)
        .secure(true)
        .same_site(SameSite::Strict)
        .max_age(age)
        .finish()
}

/// The token that the request brings, if it can be one.
pub(crate) fn token(request: &HttpRequest) -> Option<Token> {
    Token::read(request.cookie(NAME)?.value())
}
