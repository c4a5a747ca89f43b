//! Every operation, for everybody.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::json;

use super::{inquiry, says, start};

/// Operation → status for nobody, for a stranger and for a participant. The socket authenticates by its first frame,
/// so a plain GET is refused to all alike.
const TABLE: &[(&str, [u16; 3])] = &[
    ("list_conversations", [401, 200, 200]),
    ("get_conversation", [401, 404, 200]),
    ("list_messages", [401, 404, 200]),
    ("send_message", [401, 404, 201]),
    ("read_conversation", [401, 404, 204]),
    ("count_unread_messages", [401, 200, 200]),
    ("open_socket", [400, 400, 400]),
];

#[tokio::test]
async fn every_operation_knows_its_people() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    let people = [("nobody", app.nobody()), ("stranger", app.member()), ("participant", ana.clone())];
    let mut table: BTreeMap<_, _> = TABLE.iter().copied().collect();
    for mount in &app.service.mounts {
        let document = serde_json::to_value(mount.openapi()).unwrap();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let name = operation["operationId"].as_str().unwrap();
                let expected = table.remove(name).unwrap_or_else(|| panic!("{name} has no row in the table"));
                let path = path.replace("{id}", &id.to_string());
                let method: Method = method.to_uppercase().parse().unwrap();
                let body = match name {
                    "send_message" => Some(says(&app, "안녕하세요")),
                    "read_conversation" => Some(json!({ "seq": 0 })),
                    _ => None,
                };
                for ((who, person), expected) in people.iter().zip(expected) {
                    let answer = person.send(method.clone(), &path, body.as_ref(), &[]).await;
                    assert_eq!(answer.status, expected, "{name} for {who}: {}", answer.text);
                }
                if name != "open_socket" {
                    let over = app.logged_out().send(method.clone(), &path, body.as_ref(), &[]).await;
                    assert_eq!(over.problem(401), "token.revoked", "{name} after the log-out");
                }
            }
        }
    }
    assert!(table.is_empty(), "rows without an operation: {table:?}");
}
