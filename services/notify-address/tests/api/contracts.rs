//! What others may rely on, and what we rely on.

use std::collections::BTreeSet;

use common::events::Consumer;
use dojob_notify_address::{NoticeCreated, NoticesRead, NoticesRemoved, PersonalDataErased, TOPICS};
use serde_json::Value;
use testkit::contracts::{Promises, all_samples, same, same_samples, same_service, sample};
use uuid::Uuid;

use crate::world::{rows, start, timers, told};

#[tokio::test]
async fn the_openapi_documents_are_up_to_date() {
    let app = start().await;
    for mount in &app.service.mounts {
        let name = mount.path.trim_start_matches("/api/");
        let mut text = serde_json::to_string_pretty(&mount.openapi()).unwrap();
        text.push('\n');
        same(&format!("openapi/{name}.json"), &text);
    }
}

#[tokio::test]
async fn topics_and_consumers_are_as_published() {
    same_service(&Promises {
        service: "notify-address",
        mounts: dojob_notify_address::MOUNTS,
        topics: TOPICS,
        consumers: &start().await.service.consumers,
        problems: dojob_notify_address::PROBLEMS,
        fields: dojob_notify_address::FIELDS,
        keys: dojob_notify_address::notice_keys().map(|(key, _)| key).collect(),
    });
}

#[test]
fn the_samples_of_our_events_are_up_to_date() {
    let id = |n: u128| Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 + n);
    let created =
        |n, key, category| NoticeCreated { notice_id: id(n), account_id: id(1), key, category, version: 4 };
    same_samples(
        "notify-address",
        &[
            sample("engagement", &created(2, "engagement.proposed", "engagement")),
            sample("security", &created(3, "security.new_device", "security")),
            sample("read", &NoticesRead { account_id: id(1), version: 5 }),
            sample("taken_back", &NoticesRemoved { account_id: id(1), version: 6 }),
            sample("plain", &PersonalDataErased { account_id: id(1), sequence: 9 }),
        ],
    );
}

/// What happened, and is news to nobody.
fn is_silent(kind: &str, data: &Value) -> bool {
    match kind {
        // A mail is sent, and is no notice; who is erased hears of nothing.
        "AccountErasureRequested" | "EngagementStarted" | "MailRequested" => true,
        "OutcomeClaimed" | "OutcomeRestated" => data["awaiting"].is_null(),
        "DeviceSessionStarted" => data["first"] == true || data["known"] == true,
        "DeviceSessionRevoked" => data["cause"] != "reuse" && data["too_many"] != true,
        _ => false,
    }
}

#[tokio::test]
async fn every_sample_that_we_subscribe_to_is_understood_and_told_once() {
    let app = start().await;
    let subscribed: BTreeSet<_> = app.service.consumers.iter().flat_map(Consumer::subscriptions).collect();
    for (topic, kind, name, sample) in all_samples() {
        if !subscribed.contains(&(topic.as_str(), kind.as_str())) {
            continue;
        }
        let key = sample["key"].as_str().unwrap().parse().unwrap();
        let before = told(&app).await.len();
        let record =
            app.record(&topic, &kind, key, sample["sequence"].as_i64().unwrap(), sample["data"].clone());
        app.feed_record(&record).await;
        let once = (told(&app).await, timers(&app).await);
        assert_eq!(once.0.len() == before, is_silent(&kind, &sample["data"]), "{kind} {name}");
        app.feed_record(&record).await;
        app.db.superuser().await.batch_execute("DELETE FROM processed_event").await.unwrap();
        app.feed_record(&record).await;
        assert_eq!((told(&app).await, timers(&app).await), once, "{kind} {name}");
    }
    let doubled =
        "SELECT account_id::text FROM notification.notices GROUP BY account_id, event_id HAVING count(*) > 1";
    assert!(rows(&app, doubled).await.is_empty());
}

#[tokio::test]
async fn everything_we_subscribe_to_is_published_by_somebody() {
    let app = start().await;
    let published: BTreeSet<_> = all_samples().into_iter().map(|(topic, kind, ..)| (topic, kind)).collect();
    let topics: BTreeSet<_> = published.iter().map(|(topic, _)| topic.as_str()).collect();
    for (topic, kind) in app.service.consumers.iter().flat_map(Consumer::subscriptions) {
        // A topic that has no samples yet cannot be compared with.
        if topics.contains(topic) {
            let wanted = (topic.to_owned(), kind.to_owned());
            assert!(published.contains(&wanted), "nobody publishes {kind} on {topic}");
        }
    }
}
