//! What others rely on: the OpenAPI document, the problem codes, and every stored event that core reacts to.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::contracts::{Promises, all_samples, same, same_service};

use crate::*;

#[tokio::test]
async fn the_openapi_document_is_the_reviewed_one() {
    let app = start().await;
    let document = serde_json::to_string_pretty(&app.service.mounts[0].openapi()).unwrap();
    same("openapi/core.json", &format!("{document}\n"));
}

#[tokio::test]
async fn topics_and_consumers_are_as_published() {
    same_service(&Promises {
        service: "core",
        mounts: dojob_core::MOUNTS,
        topics: dojob_core::TOPICS,
        consumers: &start().await.service.consumers,
        problems: dojob_core::PROBLEMS,
        fields: dojob_core::FIELDS,
        keys: Vec::new(),
    });
}

#[tokio::test]
async fn every_stored_event_that_core_hears_has_one_effect_however_often_it_comes() {
    let app = start().await;
    let received: BTreeSet<_> =
        app.service.consumers.iter().flat_map(common::events::Consumer::subscriptions).collect();
    let rows = async || {
        let sql = "SELECT coalesce(json_agg(m ORDER BY id), '[]')::text FROM members m";
        let row = app.db.superuser().await.query_one(sql, &[]).await.unwrap();
        serde_json::from_str::<Value>(row.get::<_, &str>(0)).unwrap()
    };
    for (topic, kind, name, sample) in all_samples() {
        if !received.contains(&(topic.as_str(), kind.as_str())) {
            continue;
        }
        let key = sample["key"].as_str().unwrap().parse().unwrap();
        let sequence = sample["sequence"].as_i64().unwrap();
        let event = app.record(&topic, &kind, key, sequence, sample["data"].clone());
        app.feed_record(&event).await;
        let once = rows().await;
        app.feed_record(&event).await;
        assert_eq!(rows().await, once, "{kind} {name}");
        // A second delivery under another id must not undo anything either.
        let again = app.record(&topic, &kind, key, sequence, sample["data"].clone());
        app.feed_record(&again).await;
        assert_eq!(rows().await, once, "{kind} {name}, delivered again");
    }
}
