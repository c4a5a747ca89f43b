//! Members.

use common::{events::Consumer, jobs::Jobs};
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(_c: &mut ServiceConfig<'_>) {}

pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs
}

pub(crate) fn consumers() -> Vec<Consumer> {
    Vec::new()
}
