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
    let wants_page = wants_page(path, request.headers().get(header::ACCEPT));
    let found = assets.get(path).or_else(|| assets.get("/index.html").filter(|_| wants_page));
    let Some(asset) = found else {
        return if wants_page && assets.is_empty() { Ok(not_built()) } else { Err(Problem::not_found()) };
    };
    let encodes = |name: &str| {
        let accepted = request.headers().get(header::ACCEPT_ENCODING);
        accepted.and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(name))
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, asset.mime))
        .insert_header((header::ETAG, asset.etag.as_str()))
        .insert_header((
            header::VARY,
            if asset.immutable { "accept-encoding" } else { "accept, accept-encoding" },
        ))
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
    if asset.brotli && encodes("br") {
        file.push(".br");
        response.insert_header((header::CONTENT_ENCODING, "br"));
    } else if asset.gzip && encodes("gzip") {
        file.push(".gz");
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    let bytes = tokio::fs::read(PathBuf::from(file)).await.map_err(Problem::internal)?;
    Ok(response.body(bytes))
}

/// Is what a client asks for at `path` a page? A link's preview, a crawler and a monitor say `*/*` or nothing, so an
/// address is a page for whoever does not refuse HTML, the bare one for everybody. The name of a file is one only for who asks for HTML by its name
/// (a person who mistyped an address), and never under `/assets/`, whose old files scripts ask for after a release.
fn wants_page(path: &str, accept: Option<&header::HeaderValue>) -> bool {
    let accept = accept.and_then(|value| value.to_str().ok()).map(str::trim).unwrap_or_default();
    let names = |wanted: &[&str]| {
        accept.split(',').any(|one| {
            let (media, parameters) = one.split_once(';').unwrap_or((one, ""));
            let refused = matches!(parameters.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
            !refused && wanted.iter().any(|name| media.trim().eq_ignore_ascii_case(name))
        })
    };
    if path == "/" {
        true
    } else if path.starts_with("/assets/") {
        false
    } else if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        names(&["text/html"])
    } else {
        accept.is_empty() || names(&["text/html", "application/xhtml+xml", "text/*", "*/*"])
    }
}

fn not_built() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .content_type("text/html; charset=utf-8")
        .body("<!doctype html><title>dojob</title><p>The web front is not built yet: <code>make web</code>.")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::{App, HttpServer};
    use reqwest::{Client, Method as Verb, Response};

    use super::*;

    const PAGE: &str = "<!doctype html><title>dojob</title>";
    const TALENT: &str = "/talents/0198c0de-0000-7000-8000-000000000000";

    /// The front over a directory with one page and one script, at the address that is returned.
    fn serve() -> (String, tempfile::TempDir) {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(directory.path().join("assets")).unwrap();
        std::fs::write(directory.path().join("index.html"), PAGE).unwrap();
        std::fs::write(directory.path().join("assets/kit-1.js"), "export {};").unwrap();
        let front = front(directory.path()).unwrap();
        let server = HttpServer::new(move || {
            let front = front.clone();
            App::new().configure(move |config| front(config))
        });
        let server = server.workers(1).bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", server.addrs()[0]);
        actix_web::rt::spawn(server.run());
        (address, directory)
    }

    async fn ask(verb: Verb, url: String, accept: Option<&str>) -> Response {
        let client = Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        // Left alone, the client says `*/*` by itself.
        client.request(verb, url).header("accept", accept.unwrap_or_default()).send().await.unwrap()
    }

    #[actix_web::test]
    async fn an_address_is_a_page_for_whoever_does_not_refuse_html() {
        let (base, _directory) = serve();
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for path in ["/", TALENT, "/search?q=a.b", "/chat/"] {
            for accept in [None, Some("*/*"), Some("text/*"), Some("TEXT/HTML; q=0.5"), Some(browser)] {
                for verb in [Verb::GET, Verb::HEAD] {
                    let asked = format!("{verb} {path} {accept:?}");
                    let answer = ask(verb.clone(), format!("{base}{path}"), accept).await;
                    assert_eq!(answer.status(), 200, "{asked}");
                    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8", "{asked}");
                    assert_eq!(answer.headers()["content-length"], PAGE.len().to_string(), "{asked}");
                    let body = if verb == Verb::HEAD { "" } else { PAGE };
                    assert_eq!(answer.text().await.unwrap(), body, "{asked}");
                }
            }
        }
    }

    #[actix_web::test]
    async fn a_file_and_an_operation_that_are_not_there_are_no_page() {
        let (base, _directory) = serve();
        for (path, accept) in [
            ("/assets/none.js", None),
            ("/assets/none.js", Some("*/*")),
            ("/assets/none.js", Some("text/html")),
            ("/robots.txt", Some("*/*")),
            ("/apple-touch-icon.png", None),
            (TALENT, Some("application/json")),
            (TALENT, Some("text/html;q=0, image/*")),
            ("/api/nothing", Some("text/html")),
            ("/api/nothing", None),
        ] {
            for verb in [Verb::GET, Verb::HEAD] {
                let asked = format!("{verb} {path} {accept:?}");
                let answer = ask(verb, format!("{base}{path}"), accept).await;
                assert_eq!(answer.status(), 404, "{asked}");
                assert_eq!(answer.headers()["content-type"], "application/problem+json", "{asked}");
            }
        }
        let script = ask(Verb::GET, format!("{base}/assets/kit-1.js"), None).await;
        assert_eq!(script.headers()["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(ask(Verb::GET, format!("{base}/typo.hmtl"), Some("text/html")).await.status(), 200);
    }
}
