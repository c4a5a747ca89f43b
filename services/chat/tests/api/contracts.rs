use std::collections::BTreeSet;

use dojob_chat::{
    ConversationOpened, FIELDS, MessageStored, PROBLEMS, PersonalDataErased, ReadCursorMoved, TOPICS,
};
use serde_json::json;
use testkit::contracts::{Promises, all_samples, same, same_samples, same_service, sample};
use uuid::Uuid;

use super::{CORE, start};

const fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

#[tokio::test]
async fn the_document_is_up_to_date() {
    let app = start().await;
    let document = serde_json::to_string_pretty(&app.service.mounts[0].openapi()).unwrap();
    same("openapi/chat.json", &format!("{document}\n"));
}

#[tokio::test]
async fn topics_and_consumers_are_as_published() {
    same_service(&Promises {
        service: "chat",
        mounts: dojob_chat::MOUNTS,
        topics: TOPICS,
        consumers: &start().await.service.consumers,
        problems: PROBLEMS,
        fields: FIELDS,
        keys: dojob_chat::SYSTEM_KEYS.iter().filter_map(|(_, key)| *key).collect(),
    });
}

#[test]
fn the_samples_are_up_to_date() {
    let participants = vec![id(1), id(2)];
    let stored = |sender_id, version| MessageStored {
        conversation_id: id(10),
        message_id: id(11),
        seq: 7,
        sender_id,
        participants: participants.clone(),
        version,
    };
    same_samples(
        "chat",
        &[
            sample(
                "opened",
                &ConversationOpened {
                    conversation_id: id(10),
                    participants: participants.clone(),
                    version: 0,
                },
            ),
            sample("by_a_person", &stored(Some(id(1)), 9)),
            sample("by_what_happened", &stored(None, 10)),
            sample(
                "read",
                &ReadCursorMoved {
                    conversation_id: id(10),
                    account_id: id(2),
                    seq: 7,
                    participants: participants.clone(),
                    version: 11,
                },
            ),
            sample("plain", &PersonalDataErased { account_id: id(1), sequence: 9 }),
        ],
    );
}

/// Every stored sample of what chat reacts to, played twice: it is understood, and the second time changes nothing.
#[tokio::test]
async fn everything_we_listen_to_is_understood_and_counts_once() {
    let app = start().await;
    let wanted: BTreeSet<_> =
        app.service.consumers.iter().flat_map(|c| c.subscriptions().collect::<Vec<_>>()).collect();
    let rows = async || {
        let text = "SELECT (SELECT json_agg(c ORDER BY c.id) FROM conversation c)::text, \
            (SELECT json_agg(m ORDER BY m.conversation_id, m.seq) FROM message m)::text, (SELECT count(*) FROM event_log)";
        let row = app.db.superuser().await.query_one(text, &[]).await.unwrap();
        (row.get::<_, Option<String>>(0), row.get::<_, Option<String>>(1), row.get::<_, i64>(2))
    };
    for (topic, kind, name, sample) in all_samples() {
        if !wanted.contains(&(topic.as_str(), kind.as_str())) {
            assert_ne!(topic, CORE, "{kind} would not open a conversation");
            continue;
        }
        let key = sample["key"].as_str().unwrap().parse().unwrap();
        let mut record =
            app.record(&topic, &kind, key, sample["sequence"].as_i64().unwrap(), sample["data"].clone());
        record.headers["actor"] = json!("system");
        app.feed_record(&record).await;
        let once = rows().await;
        app.feed_record(&record).await;
        assert_eq!(rows().await, once, "{kind}/{name}");
    }
}
