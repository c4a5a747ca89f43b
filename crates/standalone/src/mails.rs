//! The mailbox of development: every mail that the program sends, to be read at `/dev/mail`. Only on the machine that it runs on.

use std::{
    fmt::Write,
    future::{Ready, ready},
    net::TcpListener,
    sync::Arc,
};

use actix_web::{
    App, FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, HttpServer,
    dev::{Payload, ServerHandle},
    get,
    http::header,
    web::{self, Data, ServiceConfig},
};
use common::{
    config::Env,
    http::{ApiPath, ApiQuery, Edge, Problem, RemoteAddr, is_passed_on},
    service::Front,
};
use mailbox::{Mail, Mailbox};
use serde::Deserialize;

/// Nothing from elsewhere and no script; the list has no style either.
const LIST: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A mail brings its styles with it.
const MAIL: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The pages of the mailbox, before `front`.
pub fn pages(mailbox: Mailbox, front: Front) -> Front {
    let mailbox = Data::new(mailbox);
    Arc::new(move |config: &mut ServiceConfig| {
        config.app_data(mailbox.clone()).service(list).service(as_json).service(show).service(show_html);
        front(config);
    })
}

/// Serves the pages alone, to a balancer on this machine, until the handle is stopped.
///
/// # Errors
/// The listener cannot be used.
pub fn serve(mailbox: Mailbox, listener: TcpListener) -> std::io::Result<ServerHandle> {
    // What the balancer says of its clients is believed.
    let edge = Data::new(Edge::from_env(&Env::of(&[("DOJOB_TRUSTED_PROXIES", "127.0.0.1")])));
    let nothing_else: Front = Arc::new(|_| {});
    let pages = pages(mailbox, nothing_else);
    let app = move || {
        let (edge, pages) = (edge.clone(), pages.clone());
        let well = || ready(HttpResponse::Ok().finish());
        App::new().app_data(edge).route("/readyz", web::get().to(well)).configure(move |config| pages(config))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run();
    let handle = server.handle();
    #[expect(clippy::disallowed_methods, reason = "ends with its handle, or with the runtime")]
    drop(tokio::spawn(server));
    Ok(handle)
}

/// A request from this machine. As for `GET /api/auth/demo`, one that somebody passed on is none, unless a proxy that is believed
/// says so.
struct Here;

impl FromRequest for Here {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_believed = request.app_data::<Data<Edge>>().is_some();
        let from = RemoteAddr::from_request(request, payload).into_inner();
        ready(match from {
            Ok(from) if from.0.is_loopback() && (is_believed || !is_passed_on(request.headers())) => Ok(Self),
            _ => Err(Problem::not_found()),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct To {
    to: String,
}

/// What was sent to an address, oldest first: for tests.
#[get("/dev/mail.json")]
async fn as_json(mailbox: Data<Mailbox>, _: Here, query: ApiQuery<To>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(mailbox.to(&query.to)))
}

/// Every mail that is held, the latest first.
#[get("/dev/mail")]
async fn list(mailbox: Data<Mailbox>, _: Here) -> Result<HttpResponse, Problem> {
    let mut rows = String::new();
    for mail in mailbox.mails().iter().rev() {
        let (number, to, subject) = (mail.number, escaped(&mail.to.join(", ")), escaped(&mail.subject));
        writeln!(rows, "<tr><td>{number}<td>{to}<td><a href=\"/dev/mail/{number}\">{subject}</a>")
            .map_err(Problem::internal)?;
    }
    if rows.is_empty() {
        rows.push_str("<tr><td>아직 보낸 메일이 없어요. · Nothing has been sent yet.\n");
    }
    let body = format!("<h1>보낸 메일 · Sent mail</h1>\n<table>\n{rows}</table>\n");
    Ok(page(LIST).body(document("보낸 메일", &body)))
}

/// A mail as text, with its link to be followed.
#[get("/dev/mail/{number}")]
async fn show(mailbox: Data<Mailbox>, _: Here, number: ApiPath<u64>) -> Result<HttpResponse, Problem> {
    let mail = mailbox.find(number.0).ok_or_else(Problem::not_found)?;
    Ok(page(LIST).body(document(&mail.subject, &shown(&mail))))
}

/// A mail as its receiver sees it.
#[get("/dev/mail/{number}/html")]
async fn show_html(mailbox: Data<Mailbox>, _: Here, number: ApiPath<u64>) -> Result<HttpResponse, Problem> {
    let mail = mailbox.find(number.0).ok_or_else(Problem::not_found)?;
    Ok(page(MAIL).body(mail.html))
}

fn shown(mail: &Mail) -> String {
    let link = mail.link().map(escaped).map(|link| format!("<p><a href=\"{link}\">{link}</a>\n"));
    format!(
        "<p><a href=\"/dev/mail\">보낸 메일 · Sent mail</a>\n<h1>{subject}</h1>\n<p>{from} → {to}\n\
         <p><a href=\"/dev/mail/{number}/html\">HTML</a>\n{link}<pre>{plain}</pre>\n",
        subject = escaped(&mail.subject),
        from = escaped(&mail.from),
        to = escaped(&mail.to.join(", ")),
        number = mail.number,
        link = link.unwrap_or_default(),
        plain = escaped(&mail.plain),
    )
}

fn page(policy: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

fn document(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"ko\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n{body}"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            number: 7,
            to: vec!["minji@dojob.example".to_owned()],
            from: "hello@dojob.example".to_owned(),
            subject: "<script>alert(1)</script>".to_owned(),
            message_id: String::new(),
            plain: "a & b\nhttps://dojob.example/reset#\"><b>".to_owned(),
            html: String::new(),
        }
    }

    #[test]
    fn what_a_mail_says_becomes_no_tag() {
        let page = document(&mail().subject, &shown(&mail()));
        assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
        assert!(page.contains("a &amp; b") && page.contains("reset#&quot;&gt;&lt;b&gt;"), "{page}");
    }

    #[actix_web::test]
    async fn the_mailbox_is_shown_on_this_machine_alone() {
        let mailbox = Mailbox::start().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let handle = serve(mailbox, listener).unwrap();
        let client = reqwest::Client::builder().build().unwrap();
        for (path, forwarded, expected) in [
            ("/dev/mail", None, 200),
            ("/dev/mail.json?to=minji@dojob.example", None, 200),
            ("/dev/mail/1", None, 404),
            ("/dev/mail.json", None, 400),
            // The balancer that is believed says who asks.
            ("/dev/mail", Some("127.0.0.1"), 200),
            ("/dev/mail", Some("203.0.113.7"), 404),
        ] {
            let mut request = client.get(format!("{base}{path}"));
            if let Some(client) = forwarded {
                request = request.header("x-forwarded-for", client);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status().as_u16(), expected, "{path} {forwarded:?}");
        }
        handle.stop(false).await;
    }
}
