//! Who may do what: every operation of the OpenAPI document, asked by nobody, by a stranger and by the one it belongs
//! to. An operation without a row fails.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{App, Member};

use crate::*;

/// `operation id, path with placeholders, body` → status for nobody, a stranger, the party.
pub type Row = (&'static str, &'static str, Option<fn() -> Value>, [u16; 3]);

/// Fresh rows for one question: `party` owns whatever the placeholders name.
pub struct World<'a> {
    pub party: Member<'a>,
    pub stranger: Member<'a>,
    pub names: BTreeMap<&'static str, String>,
}

/// Membership, catalogue and search. Other contexts add theirs in [`rows`].
const ROWS: &[Row] = &[
    ("get_profile", "/api/core/me", None, [401, 200, 200]),
    ("edit_profile", "/api/core/me", Some(|| json!({ "bio": "" })), [401, 200, 200]),
    ("get_member", "/api/core/members/{member}", None, [200, 200, 200]),
    ("publish_talent", "/api/core/talents", Some(|| listing("재능 하나")), [401, 201, 201]),
    ("open_need", "/api/core/needs", Some(|| listing("도움 하나")), [401, 201, 201]),
    ("get_talent", "/api/core/talents/{talent}", None, [200, 200, 200]),
    ("get_need", "/api/core/needs/{need}", None, [200, 200, 200]),
    ("edit_talent", "/api/core/talents/{talent}", Some(|| json!({ "revision": 1 })), [401, 403, 200]),
    ("edit_need", "/api/core/needs/{need}", Some(|| json!({ "revision": 1 })), [401, 403, 200]),
    ("pause_talent", "/api/core/talents/{talent}/pause", None, [401, 403, 200]),
    ("resume_talent", "/api/core/talents/{talent}/resume", None, [401, 403, 409]),
    ("renew_talent", "/api/core/talents/{talent}/renew", None, [401, 403, 200]),
    ("pause_need", "/api/core/needs/{need}/pause", None, [401, 403, 200]),
    ("resume_need", "/api/core/needs/{need}/resume", None, [401, 403, 409]),
    ("renew_need", "/api/core/needs/{need}/renew", None, [401, 403, 200]),
    ("close_need", "/api/core/needs/{need}/close", None, [401, 403, 200]),
    ("list_my_talents", "/api/core/me/talents", None, [401, 200, 200]),
    ("list_my_needs", "/api/core/me/needs", None, [401, 200, 200]),
    ("list_talents_of_member", "/api/core/members/{member}/talents", None, [200, 200, 200]),
    ("list_needs_of_member", "/api/core/members/{member}/needs", None, [200, 200, 200]),
    ("search_talents", "/api/core/talents", None, [200, 200, 200]),
    ("search_needs", "/api/core/needs", None, [200, 200, 200]),
    ("similar_talents", "/api/core/talents/{talent}/similar", None, [200, 200, 200]),
    ("similar_needs", "/api/core/needs/{need}/similar", None, [200, 200, 200]),
];

/// Engagements, hours, inquiries, cards. `{engagement}` waits for the party's answer to a third person, and
/// `{offered}` is a talent of that person.
const ENGAGEMENT_ROWS: &[Row] = &[
    ("propose_engagement", "/api/core/engagements", Some(proposal), [401, 201, 201]),
    ("list_engagements", "/api/core/engagements?box=turn", None, [401, 200, 200]),
    ("get_engagement", "/api/core/engagements/{engagement}", None, [401, 404, 200]),
    ("counter_engagement", "/api/core/engagements/{engagement}/counter", Some(counter), [401, 404, 200]),
    (
        "accept_engagement",
        "/api/core/engagements/{engagement}/accept",
        Some(|| json!({ "terms_version": 1 })),
        [401, 404, 200],
    ),
    ("decline_engagement", "/api/core/engagements/{engagement}/decline", Some(|| json!({})), [401, 404, 200]),
    ("withdraw_engagement", "/api/core/engagements/{engagement}/withdraw", None, [401, 404, 409]),
    ("cancel_engagement", "/api/core/engagements/{engagement}/cancel", Some(|| json!({})), [401, 404, 409]),
    (
        "claim_outcome",
        "/api/core/engagements/{engagement}/claim",
        Some(|| json!({ "claim": "did_not_take_place" })),
        [401, 404, 409],
    ),
    (
        "adjust_minutes",
        "/api/core/engagements/{engagement}/adjust",
        Some(|| json!({ "minutes": 60 })),
        [401, 404, 409],
    ),
    (
        "agree_did_not_take_place",
        "/api/core/engagements/{engagement}/agree-did-not-take-place",
        None,
        [401, 404, 409],
    ),
    ("list_offers", "/api/core/needs/{need}/offers", None, [401, 404, 200]),
    ("list_busy_times", "/api/core/busy?from={today}&to={saturday}", None, [401, 200, 200]),
    ("list_hours", "/api/core/hours", None, [401, 200, 200]),
    ("get_hours_summary", "/api/core/hours/summary", None, [401, 200, 200]),
    ("open_inquiry", "/api/core/inquiries", Some(|| json!({ "talent_id": "{offered}" })), [401, 201, 201]),
    ("get_cards", "/api/core/cards?engagements={engagement}", None, [200, 200, 200]),
];

fn some_terms() -> Value {
    json!({ "starts_at": "{saturday}", "minutes": 45, "mode": "online", "place": "", "bring": "" })
}

fn proposal() -> Value {
    json!({ "talent_id": "{offered}", "terms": some_terms() })
}

fn counter() -> Value {
    json!({ "terms_version": 1, "terms": some_terms() })
}

fn rows() -> Vec<Row> {
    [ROWS, ENGAGEMENT_ROWS].concat()
}

async fn world(app: &App) -> World<'_> {
    let party = neighbour(app, "주인", MANGWON).await;
    let stranger = neighbour(app, "손님", HAPJEONG).await;
    let talent = publish(&party, "talent", &listing("통기타 첫걸음")).await;
    let need = publish(&party, "need", &listing("기타 줄 갈기")).await;
    let peer = neighbour(app, "이웃", MANGWON).await;
    let offered = publish(&peer, "talent", &listing("수학 문제 같이 풀기")).await;
    let (talent, saturday) = (id(&talent), world::hours_ahead(app, 72));
    let engagement = world::proposed(&peer, &talent, &world::terms(saturday, 60)).await;
    let names = BTreeMap::from([
        ("member", party.id.to_string()),
        ("talent", talent),
        ("need", id(&need)),
        ("engagement", engagement),
        ("offered", id(&offered)),
        ("today", world::text(world::hours_ahead(app, 0))),
        ("saturday", world::text(saturday)),
    ]);
    World { party, stranger, names }
}

/// `(operation id, method, path)` of everything this service answers.
fn operations(app: &App) -> Vec<(String, Method, String)> {
    let mut all = Vec::new();
    for mount in &app.service.mounts {
        let document = serde_json::to_value(mount.openapi()).unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let method = method.to_uppercase().parse().unwrap();
                all.push((operation["operationId"].as_str().unwrap().to_owned(), method, path.clone()));
            }
        }
    }
    all
}

#[tokio::test]
async fn everybody_may_do_what_is_theirs_and_nothing_else() {
    let app = start().await;
    let (operations, rows) = (operations(&app), rows());
    let have: BTreeSet<&str> = rows.iter().map(|(operation, ..)| *operation).collect();
    let missing: Vec<_> = operations.iter().filter(|(id, ..)| !have.contains(id.as_str())).collect();
    assert!(missing.is_empty(), "operations without a row: {missing:?}");
    assert_eq!(have.len(), operations.len(), "a row of an operation that is gone");
    for (operation, template, body, expected) in rows {
        let method = &operations.iter().find(|(id, ..)| id == operation).unwrap().1;
        let world = world(&app).await;
        let fill = |text: String| {
            world.names.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        let path = fill(template.to_owned());
        assert!(!path.contains('{'), "{operation}: {path}");
        let nobody = app.nobody();
        for (who, member, status) in [
            ("nobody", &nobody, expected[0]),
            ("stranger", &world.stranger, expected[1]),
            ("party", &world.party, expected[2]),
        ] {
            let key = app.clock.id().to_string();
            let body: Option<Value> =
                body.map(|body| serde_json::from_str(&fill(body().to_string())).unwrap());
            let answer =
                member.send(method.clone(), &path, body.as_ref(), &[("idempotency-key", &key)]).await;
            assert_eq!(answer.status, status, "{operation} by {who}: {}", answer.text);
        }
        // A bad token is never nobody.
        let bad = world.party.with_token("not-a-token").send(method.clone(), &path, None, &[]).await;
        assert_eq!(bad.status, 401, "{operation} with a bad token: {}", bad.text);
        let over = app.logged_out().send(method.clone(), &path, None, &[]).await;
        assert_eq!(over.problem(401), "token.revoked", "{operation} after the log-out");
    }
}
