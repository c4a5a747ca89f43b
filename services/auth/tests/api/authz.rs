//! Every operation of the OpenAPI document, asked by everybody.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{PASSWORD, VERSION, log_in, sign_up, start_patient};

/// Method, path, body, and the status for: nobody · a token whose device session is over · another member · the owner.
const TABLE: &[(&str, &str, &str, [u16; 4])] = &[
    ("get", "/api/auth/documents", "", [200, 200, 200, 200]),
    ("get", "/api/auth/documents/{doc}", "", [200, 200, 200, 200]),
    ("get", "/api/auth/jwks.json", "", [200, 200, 200, 200]),
    ("get", "/api/auth/demo", "", [404, 404, 404, 404]),
    ("post", "/api/auth/signup", "{}", [400, 400, 400, 400]),
    ("post", "/api/auth/login", "{}", [400, 400, 400, 400]),
    // These go by the link of a mail.
    ("post", "/api/auth/address/verify", "token", [404, 404, 404, 404]),
    ("post", "/api/auth/address/undo", "token and password", [404, 404, 404, 404]),
    ("post", "/api/auth/password/reset", "token and password", [404, 404, 404, 404]),
    // And these tell nobody anything.
    ("post", "/api/auth/address/resend", "email", [202, 202, 202, 202]),
    ("post", "/api/auth/password/forgotten", "email", [202, 202, 202, 202]),
    ("get", "/api/auth/providers", "", [200, 200, 200, 200]),
    // No provider is offered here.
    ("post", "/api/auth/providers/{provider}/begin", "{}", [400, 400, 400, 400]),
    ("get", "/api/auth/callback/{provider}", "", [404, 404, 404, 404]),
    ("post", "/api/auth/callback/{provider}", "", [404, 404, 404, 404]),
    // Providers ask these; none is offered here.
    ("get", "/api/auth/webhooks/kakao/unlinked", "", [404, 404, 404, 404]),
    ("post", "/api/auth/webhooks/kakao/unlinked", "", [404, 404, 404, 404]),
    ("post", "/api/auth/webhooks/kakao/events", "", [404, 404, 404, 404]),
    ("post", "/api/auth/webhooks/naver/unlinked", "", [404, 404, 404, 404]),
    ("post", "/api/auth/webhooks/apple/events", "", [404, 404, 404, 404]),
    // These go by cookies that a provider's answer has left.
    ("post", "/api/auth/providers/finish", "", [409, 409, 409, 409]),
    ("get", "/api/auth/pending", "", [404, 404, 404, 404]),
    ("delete", "/api/auth/pending", "", [204, 204, 204, 204]),
    ("post", "/api/auth/signup/provider", "{}", [400, 400, 400, 400]),
    ("get", "/api/auth/account/credentials", "", [401, 401, 200, 200]),
    ("delete", "/api/auth/account/credentials/{provider}", "", [401, 404, 404, 404]),
    ("delete", "/api/auth/account/leaving", "", [401, 401, 204, 204]),
    // These two go by the cookie alone.
    ("post", "/api/auth/refresh", "", [401, 401, 401, 401]),
    ("post", "/api/auth/logout", "", [204, 204, 204, 204]),
    ("get", "/api/auth/account", "", [401, 401, 200, 200]),
    ("get", "/api/auth/devices", "", [401, 401, 200, 200]),
    ("delete", "/api/auth/devices/{id}", "", [401, 401, 404, 204]),
    ("post", "/api/auth/account/consents", "consents", [401, 401, 204, 204]),
    ("put", "/api/auth/account/consents/news", "news", [401, 401, 204, 204]),
    ("get", "/api/auth/account/security-log", "", [401, 401, 200, 200]),
    ("post", "/api/auth/account/address", "address", [401, 401, 202, 202]),
    ("post", "/api/auth/address/confirm", "token", [401, 401, 404, 404]),
    ("post", "/api/auth/prove", "proof", [401, 401, 403, 204]),
    ("post", "/api/auth/account/password", "password", [401, 401, 403, 204]),
    ("post", "/api/auth/logout-others", "", [401, 401, 204, 204]),
    ("post", "/api/auth/logout-all", "", [401, 401, 204, 204]),
    // It logs everybody out as well, and nobody is left: `leaving.rs` has the rest.
    ("post", "/api/auth/account/leaving", "", [401, 401, 401, 401]),
];

#[tokio::test]
async fn every_operation_is_for_whom_it_is_meant() {
    let app = start_patient().await;
    let owner = sign_up(&app, "owner@dojob.example").await;
    let device = log_in(&app, "owner@dojob.example").await;
    let other_form = crate::form_with("other@dojob.example", json!({ "password": "a quite different one" }));
    let other = crate::LoggedIn::of(&app, &crate::join(&app, &other_form).await, 200);
    let over = sign_up(&app, "over@dojob.example").await;
    over.member.delete(&format!("/api/auth/devices/{}", over.device_session)).await.status(204);

    let paths = serde_json::to_value(app.service.mounts[0].openapi()).unwrap()["paths"].clone();
    let documented: BTreeSet<(String, String)> = paths
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone()))
        })
        .collect();
    let tested: BTreeSet<_> = TABLE.iter().map(|(m, p, _, _)| ((*m).to_owned(), (*p).to_owned())).collect();
    assert_eq!(documented, tested, "every operation has its row");

    for (method, path, body, expected) in TABLE {
        let path = path
            .replace("{doc}", "terms")
            .replace("{provider}", "kakao")
            .replace("{id}", &device.device_session.to_string());
        let body: Option<Value> = match *body {
            "" => None,
            "news" => Some(json!({ "granted": true, "version": VERSION })),
            "consents" => Some(json!({ "consents": [{ "doc": "terms", "version": VERSION }] })),
            "token" => Some(json!({ "token": "x" })),
            "token and password" => Some(json!({ "token": "x", "password": "another long password" })),
            "email" => Some(json!({ "email": "owner@dojob.example" })),
            "address" => Some(json!({ "email": "new@dojob.example" })),
            "proof" => Some(json!({ "password": PASSWORD })),
            "password" => Some(json!({ "current": PASSWORD, "new": "another long password" })),
            text => Some(serde_json::from_str(text).unwrap()),
        };
        let nobody = app.nobody();
        let askers =
            [("nobody", &nobody), ("over", &over.member), ("other", &other.member), ("owner", &owner.member)];
        for ((who, asker), expected) in askers.into_iter().zip(expected) {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = asker.send(method.clone(), &path, body.as_ref(), &[]).await;
            assert_eq!(answer.status, *expected, "{who}: {method} {path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn the_body_of_a_stranger_is_never_read() {
    let app = start_patient().await;
    let paths =
        ["account/password", "account/address", "address/confirm", "prove", "logout-others", "logout-all"];
    for path in paths.map(|path| format!("/api/auth/{path}")) {
        let answer = app.nobody().post(&path, &json!({ "nonsense": true })).await;
        assert_eq!(answer.problem(401), "token.missing");
    }
}

/// Method, path, and the status for: nobody · a member · somebody with a wrong key · a service of ours, about no mail.
const INTERNAL: &[(&str, &str, [u16; 4])] = &[
    ("get", "/internal/auth/mails/{id}", [401, 401, 401, 404]),
    ("post", "/internal/auth/mails/{id}/bounced", [401, 401, 401, 404]),
];

#[tokio::test]
async fn what_services_ask_is_for_services_alone() {
    let app = start_patient().await;
    let member = sign_up(&app, "owner@dojob.example").await;
    let paths = serde_json::to_value(app.service.mounts[1].openapi()).unwrap()["paths"].clone();
    let documented: BTreeSet<String> = paths.as_object().unwrap().keys().cloned().collect();
    assert_eq!(documented, INTERNAL.iter().map(|(_, path, _)| (*path).to_owned()).collect());
    assert!(!dojob_auth::MOUNTS.contains(&dojob_auth::INTERNAL), "no balancer leads there");
    let (wrong, right) =
        (format!("Internal {}x", crate::INTERNAL_KEY), format!("Internal {}", crate::INTERNAL_KEY));
    for (method, path, expected) in INTERNAL {
        let path = path.replace("{id}", &uuid::Uuid::nil().to_string());
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let nobody = app.nobody();
        let answers = [
            nobody.send(method.clone(), &path, None, &[]).await,
            member.member.send(method.clone(), &path, None, &[]).await,
            nobody.send(method.clone(), &path, None, &[("authorization", &wrong)]).await,
            nobody.send(method.clone(), &path, None, &[("authorization", &right)]).await,
        ];
        assert_eq!(answers.each_ref().map(|answer| answer.status), *expected, "{method} {path}");
    }
}
