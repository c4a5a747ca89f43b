//! `GET /documents`

use actix_web::{HttpResponse, get, http::header, web::Data};
use common::http::{Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::document::{Doc, Documents};

/// A document that can be agreed to.
#[derive(Serialize, ToSchema)]
pub struct DocumentRow {
    doc: Doc,
    /// The version of today.
    #[schema(example = "2026-11-01")]
    version: String,
    /// Without it nobody can join.
    required: bool,
}

#[derive(Serialize, ToSchema)]
pub struct DocumentsView {
    items: Vec<DocumentRow>,
}

/// The documents that a sign-up asks for.
#[utoipa::path(operation_id = "list_documents", tag = "consent",
    responses((status = 200, body = DocumentsView), Problems))]
#[get("/documents")]
pub(super) async fn handle(documents: Data<Documents>) -> Result<HttpResponse, Problem> {
    let row = |doc: Doc| {
        let version = documents.version(doc).to_owned();
        DocumentRow { doc, version, required: doc.is_required() }
    };
    let items = Doc::ALL.into_iter().map(row).collect();
    let age = (header::CACHE_CONTROL, "public, max-age=300");
    Ok(HttpResponse::Ok().insert_header(age).json(DocumentsView { items }))
}
