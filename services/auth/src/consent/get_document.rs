//! `GET /documents/{doc}`

use actix_web::{HttpResponse, get, http::header, web::Data};
use common::http::{ApiPath, ApiQuery, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::document::{Doc, Documents, Section, Text};
use crate::account::Locale;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InLanguage {
    /// Korean when absent.
    lang: Option<Locale>,
}

/// A document to read.
#[derive(Serialize, ToSchema)]
pub struct DocumentView {
    doc: Doc,
    version: String,
    lang: Locale,
    title: String,
    /// What is different from the version before; empty in the first one.
    changes: Vec<String>,
    sections: Vec<Section>,
}

/// The text of a document, in its version of today.
#[utoipa::path(operation_id = "get_document", tag = "consent", params(("doc" = Doc, Path), InLanguage),
    responses((status = 200, body = DocumentView), Problems))]
#[get("/documents/{doc}")]
pub(super) async fn handle(
    documents: Data<Documents>,
    doc: ApiPath<Doc>,
    query: ApiQuery<InLanguage>,
) -> Result<HttpResponse, Problem> {
    let (doc, lang) = (doc.0, query.lang.unwrap_or(Locale::Ko));
    let text = documents.text(doc, lang).ok_or_else(Problem::not_found)?.clone();
    let Text { version, title, changes, sections } = text;
    let view = DocumentView { doc, version, lang, title, changes, sections };
    let age = (header::CACHE_CONTROL, "public, max-age=300");
    Ok(HttpResponse::Ok().insert_header(age).json(view))
}
