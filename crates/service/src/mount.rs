//! A prefix of the path table: its operations, its OpenAPI document and the page that shows it.

use std::{
    collections::hash_map::Entry,
    sync::{Arc, PoisonError},
};

use actix_web::{
    App, HttpResponse,
    middleware::from_fn,
    web::{self, Data},
};
use http::{FieldProblem, Problem, ProblemView};
use utoipa_actix_web::AppExt;

use crate::{Ctx, middleware::observe};

/// Registers the operations of a mount.
pub type Routes = Arc<dyn Fn(&mut utoipa_actix_web::service_config::ServiceConfig<'_>) + Send + Sync>;

/// One prefix of the path table, with its operations and its OpenAPI document.
#[derive(Clone)]
pub struct Mount {
    /// `/api/<something>`, without a trailing slash.
    pub path: &'static str,
    pub title: &'static str,
    pub routes: Routes,
}

impl Mount {
    /// The OpenAPI 3.1 document of this mount.
    pub fn openapi(&self) -> utoipa::openapi::OpenApi {
        let (_, mut api) = App::new()
            .into_utoipa_app()
            .service(utoipa_actix_web::scope::scope(self.path).configure(|c| (self.routes)(c)))
            .split_for_parts();
        api.info = utoipa::openapi::Info::new(self.title, env!("CARGO_PKG_VERSION"));
        let components = api.components.get_or_insert_default();
        // Only reached through responses, whose schemas utoipa does not collect.
        components.schemas.insert("ProblemView".to_owned(), <ProblemView as utoipa::PartialSchema>::schema());
        components
            .schemas
            .insert("FieldProblem".to_owned(), <FieldProblem as utoipa::PartialSchema>::schema());
        components.security_schemes.insert(
            "bearer".to_owned(),
            utoipa::openapi::security::SecurityScheme::Http(
                utoipa::openapi::security::HttpBuilder::new()
                    .scheme(utoipa::openapi::security::HttpAuthScheme::Bearer)
                    .bearer_format("JWT")
                    .build(),
            )
            .into(),
        );
        api
    }

    pub(crate) fn configure(&self, cx: &Ctx, config: &mut web::ServiceConfig) {
        let address = format!("{}/openapi.json", self.path);
        let page = utoipa_swagger_ui::SwaggerUi::new(format!("{}/docs/{{_:.*}}", self.path))
            .config(utoipa_swagger_ui::Config::from(address.clone()));
        let (name, mount, of_all) = (cx.name, self.clone(), cx.clone());
        let document = web::get().to(move || std::future::ready(document(&mount, &of_all)));
        config.service(page).route(&address, document).service(
            utoipa_actix_web::scope::scope(self.path)
                .app_data(Data::new(cx.clone()))
                .app_data(Data::new(cx.verifier.clone()))
                .app_data(Data::new(cx.clock.clone()))
                .app_data(Data::new(cx.edge.clone()))
                .configure(|c| (self.routes)(c))
                .default_service(web::to(nothing_here))
                .wrap(from_fn(move |request, next| observe(name, request, next))),
        );
    }
}

/// The OpenAPI document of a mount, written when it is first asked for: most processes are never asked, and each
/// HTTP worker would write its own.
fn document(mount: &Mount, cx: &Ctx) -> Result<HttpResponse, Problem> {
    let mut known = cx.documents.lock().unwrap_or_else(PoisonError::into_inner);
    let text = match known.entry(mount.path) {
        Entry::Occupied(known) => known.get().clone(),
        Entry::Vacant(free) => {
            let text = serde_json::to_vec(&mount.openapi()).map_err(Problem::internal)?;
            free.insert(text.into()).clone()
        }
    };
    Ok(HttpResponse::Ok().content_type("application/json").body(text))
}

/// What no operation answers: an unknown path, or a method that this path does not know.
pub(crate) async fn nothing_here() -> Result<HttpResponse, Problem> {
    Err(Problem::not_found())
}

/// actix finds the first scope whose prefix fits, so a mount inside another would never be reached.
pub(crate) fn disjoint<'a>(mounts: impl Iterator<Item = &'a Mount>) -> anyhow::Result<()> {
    let paths: Vec<_> = mounts.map(|m| m.path).collect();
    for (i, a) in paths.iter().enumerate() {
        anyhow::ensure!(
            a.starts_with('/') && a.len() > 1 && !a.ends_with('/'),
            "mount {a}: expected /api/something"
        );
        for b in paths.iter().skip(i + 1) {
            let inside = |a: &str, b: &str| {
                b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            anyhow::ensure!(!inside(a, b) && !inside(b, a), "mounts {a} and {b} overlap");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(path: &'static str) -> Mount {
        Mount { path, title: "", routes: Arc::new(|_| {}) }
    }

    #[test]
    fn mounts_inside_one_another_are_refused() {
        let check =
            |paths: &[&'static str]| disjoint(paths.iter().map(|p| mount(p)).collect::<Vec<_>>().iter());
        assert!(check(&["/api/core", "/api/chat", "/api/corex"]).is_ok());
        assert!(check(&["/api/core", "/api/core/chat"]).is_err());
        assert!(check(&["/api/core", "/api/core"]).is_err());
        assert!(check(&["/"]).is_err());
    }
}
