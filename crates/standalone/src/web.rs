//! The built web front: files as Vite left them, precompressed, with a page for every path that the browser may ask
//! for (the router is in the page).

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    web,
};
use common::{http::Problem, service::Front};
use sha2::{Digest, Sha256};

/// Nothing from elsewhere, no inline script or style; sockets to this very host.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// What a file is sent as, and how long it may be kept.
#[derive(Debug)]
struct Asset {
    file: PathBuf,
    brotli: bool,
    gzip: bool,
    mime: &'static str,
    /// Its name carries its hash, so it never changes.
    immutable: bool,
    etag: String,
}

/// Serves the directory that `npm run build` wrote. Without one, a page says how to make it.
///
/// # Errors
/// The directory cannot be read.
pub fn front(directory: &Path) -> anyhow::Result<Front> {
    let mut assets = HashMap::new();
    if directory.join("index.html").exists() {
        collect(directory, directory, &mut assets)?;
    }
    let assets = Arc::new(assets);
    Ok(Arc::new(move |config: &mut web::ServiceConfig| {
        let assets = assets.clone();
        config.default_service(web::to(move |request: HttpRequest| {
            let assets = assets.clone();
            async move { answer(&assets, &request).await }
        }));
    }))
}

fn collect(root: &Path, directory: &Path, assets: &mut HashMap<String, Asset>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let file = entry?.path();
        if file.is_dir() {
            collect(root, &file, assets)?;
            continue;
        }
        let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if matches!(extension, "br" | "gz" | "map") {
            continue;
        }
        let beside = |suffix: &str| {
            let mut name = file.clone().into_os_string();
            name.push(suffix);
            PathBuf::from(name).exists()
        };
        let name = format!("/{}", file.strip_prefix(root)?.to_string_lossy());
        let immutable = name.starts_with("/assets/");
        let digest = Sha256::digest(std::fs::read(&file)?);
        let etag = format!("\"{}\"", hex::encode(digest.get(..12).unwrap_or_default()));
        let asset = Asset {
            brotli: beside(".br"),
            gzip: beside(".gz"),
            mime: mime(extension),
            immutable,
            etag,
            file,
        };
        assets.insert(name, asset);
    }
    Ok(())
}

fn mime(extension: &str) -> &'static str {
    match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

async fn answer(assets: &HashMap<String, Asset>, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    let path = request.path();
    if path == "/api" || path.starts_with("/api/") || !matches!(*request.method(), Method::GET | Method::HEAD)
    {
        return Err(Problem::not_found());
    }
    let accepts = |name: header::HeaderName, what: &str| {
        request.headers().get(name).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains(what))
    };
    // The bare address is a page for every client: what a newcomer tries first is `curl localhost:8080`.
    let wants_page = path == "/" || accepts(header::ACCEPT, "text/html");
    let found = assets.get(path).or_else(|| assets.get("/index.html").filter(|_| wants_page));
    let Some(asset) = found else {
        return if wants_page && assets.is_empty() { Ok(not_built()) } else { Err(Problem::not_found()) };
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, asset.mime))
        .insert_header((header::ETAG, asset.etag.as_str()))
        .insert_header((header::VARY, "accept-encoding"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((
            header::CACHE_CONTROL,
            if asset.immutable { "public, max-age=31536000, immutable" } else { "no-cache" },
        ));
    if request.headers().get(header::IF_NONE_MATCH).is_some_and(|tag| tag.as_bytes() == asset.etag.as_bytes())
    {
        return Ok(response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish());
    }
    let mut file = asset.file.clone().into_os_string();
    if asset.brotli && accepts(header::ACCEPT_ENCODING, "br") {
        file.push(".br");
        response.insert_header((header::CONTENT_ENCODING, "br"));
    } else if asset.gzip && accepts(header::ACCEPT_ENCODING, "gzip") {
        file.push(".gz");
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    let bytes = tokio::fs::read(PathBuf::from(file)).await.map_err(Problem::internal)?;
    Ok(response.body(bytes))
}

fn not_built() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .content_type("text/html; charset=utf-8")
        .body("<!doctype html><title>dojob</title><p>The web front is not built yet: <code>make web</code>.")
}
