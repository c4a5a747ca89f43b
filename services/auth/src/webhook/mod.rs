//! What identity providers tell us: that somebody has disconnected there, or has no account there any more. Each proves in its own
//! way that it is the provider; then the way in goes (`credential::unlink_there`). Said twice, late or of nobody known here it
//! changes nothing and is answered the same.

mod apple;
mod hear;
mod kakao;
mod naver;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(kakao::by_address)
        .service(kakao::by_form)
        .service(kakao::signed)
        .service(naver::handle)
        .service(apple::handle);
}
