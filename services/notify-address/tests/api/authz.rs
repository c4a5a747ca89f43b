//! Every operation × who asks.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{inbox, notice, start};

/// Operation, body, and the statuses for nobody, a stranger and the person whom it concerns.
const TABLE: &[(&str, &str, [u16; 3])] = &[
    ("get", "/api/notifications", [401, 200, 200]),
    ("get", "/api/notifications/unread", [401, 200, 200]),
    ("get", "/api/notifications/stream", [401, 200, 200]),
    ("post", "/api/notifications/{id}/read", [401, 404, 204]),
    ("post", "/api/notifications/read-all", [401, 204, 204]),
    ("get", "/api/notifications/preferences", [401, 200, 200]),
    ("put", "/api/notifications/preferences/{category}", [401, 204, 204]),
    ("get", "/api/addresses/regions", [200, 200, 200]),
    ("get", "/api/addresses/regions/{code}", [200, 200, 200]),
    ("get", "/api/addresses/regions/{code}/children", [200, 200, 200]),
    ("post", "/api/addresses/nearest", [200, 200, 200]),
    ("get", "/api/addresses/dataset", [200, 200, 200]),
];

fn body(path: &str) -> Option<Value> {
    match path {
        "/api/notifications/read-all" | "/api/notifications/{id}/read" => Some(json!({})),
        "/api/notifications/preferences/{category}" => Some(json!({ "on": true })),
        "/api/addresses/nearest" => Some(json!({ "lat": 37.5, "lon": 127.0 })),
        _ => None,
    }
}

#[tokio::test]
async fn every_operation_answers_each_caller_as_the_table_says() {
    let app = start().await;
    let documented: BTreeSet<(String, String)> = app
        .service
        .mounts
        .iter()
        .map(|mount| serde_json::to_value(mount.openapi()).unwrap())
        .flat_map(|api| {
            let paths = api["paths"].as_object().unwrap().clone();
            paths.into_iter().flat_map(|(path, item)| {
                let methods: Vec<String> = item.as_object().unwrap().keys().cloned().collect();
                methods.into_iter().map(move |method| (method, path.clone()))
            })
        })
        .collect();
    let listed: BTreeSet<_> = TABLE.iter().map(|(m, p, _)| ((*m).to_owned(), (*p).to_owned())).collect();
    assert_eq!(documented, listed, "each operation has its row");

    let party = app.clock.id();
    notice(&app, party).await;
    let id = inbox(&app, party).await[0]["id"].as_str().unwrap().to_owned();
    for (method, template, expected) in TABLE {
        let path =
            template.replace("{id}", &id).replace("{category}", "hours").replace("{code}", "1144012300");
        let method: Method = method.to_uppercase().parse().unwrap();
        let tokens =
            [None, Some(app.token(app.clock.id(), app.clock.id())), Some(app.token(party, app.clock.id()))];
        for (token, expected) in tokens.iter().zip(expected) {
            // By hand: a stream's body never ends, its status comes at once.
            let mut request = app.client().request(method.clone(), format!("{}{path}", app.base));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            if let Some(body) = body(template) {
                request = request.header("content-type", "application/json").body(body.to_string());
            }
            let status = request.send().await.unwrap().status().as_u16();
            assert_eq!(status, *expected, "{method} {template}");
        }
        // A bad token is refused everywhere, also where none is needed.
        let bad = app.member().with_token("no.such.token");
        assert_eq!(
            bad.send(method.clone(), &path, body(template).as_ref(), &[]).await.problem(401),
            "token.invalid"
        );
        let over = app.logged_out().send(method.clone(), &path, body(template).as_ref(), &[]).await;
        assert_eq!(over.problem(401), "token.revoked", "{method} {template}");
    }
}

#[tokio::test]
async fn unknown_paths_are_problems() {
    let app = start().await;
    for path in ["/api/notifications/x", "/api/notifications/stream/x", "/api/addresses", "/api/addresses/x"]
    {
        assert_eq!(app.member().get(path).await.problem(404), "request.not_found", "{path}");
    }
}
