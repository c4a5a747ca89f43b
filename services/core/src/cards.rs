//! Cards.

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(_c: &mut ServiceConfig<'_>) {}
