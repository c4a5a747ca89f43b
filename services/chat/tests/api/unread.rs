use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;
use uuid::Uuid;

use super::{about, happens, inquiry, path, says, start};

#[tokio::test]
async fn a_cursor_never_goes_back_and_never_ahead() {
    let app = start().await;
    let (ana, bo) = (app.member(), app.member());
    let id = inquiry(&app, ana.id, bo.id).await;
    for n in 0..4 {
        ana.post(&path(id, "/messages"), &says(&app, &format!("{n}"))).await.status(201);
    }
    let read = async |seq: i64| bo.post(&path(id, "/read"), &json!({ "seq": seq })).await;
    read(3).await.status(204);
    read(2).await.status(204);
    read(0).await.status(204);
    assert_eq!(bo.get(&path(id, "")).await.status(200)["read_seq"], 3);
    assert_eq!(ana.get(&path(id, "")).await.status(200)["other_read_seq"], 3);
    assert_eq!(read(5).await.refused(), ["/seq=seq.out_of_range"]);
    assert_eq!(read(-1).await.refused(), ["/seq=seq.out_of_range"]);
    assert_eq!(bo.post(&path(id, "/read"), &json!({ "seq": "3" })).await.problem(400), "request.unreadable");
    app.pump().await;
    let moved: Vec<_> = app.said().await.into_iter().filter(|(kind, _)| kind == "ReadCursorMoved").collect();
    let data =
        json!({ "conversation_id": id, "account_id": bo.id, "seq": 3, "participants": [ana.id, bo.id] });
    assert_eq!(moved, [("ReadCursorMoved".to_owned(), data)], "only what moved is told");
}

#[derive(Clone, Debug)]
enum Step {
    /// Somebody writes, on whichever device.
    Send { me: usize },
    /// A device says that it has read this many back from the newest that *it* knows: devices lag.
    Read { me: usize, device: usize, back: i64 },
    /// A device receives the newest message.
    Refresh { me: usize, device: usize },
    /// Something happens, by one of them or by time.
    Event { by: Option<usize> },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let me = 0usize..2;
    let step = prop_oneof![
        3 => me.clone().prop_map(|me| Step::Send { me }),
        3 => (me.clone(), 0usize..2, 0i64..4).prop_map(|(me, device, back)| Step::Read { me, device, back }),
        3 => (me.clone(), 0usize..2).prop_map(|(me, device)| Step::Refresh { me, device }),
        1 => prop::option::of(me).prop_map(|by| Step::Event { by }),
    ];
    prop::collection::vec(step, 15..30)
}

/// Whatever two people do on two devices each: what is unread is exactly what lies behind the cursor and is not
/// one's own, in the conversation, in the total, and for the other's "read" mark.
#[tokio::test]
async fn the_unread_count_is_exact() {
    let app = start().await;
    let mut runner = TestRunner::deterministic();
    for _ in 0..8 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let people = [app.member(), app.member()];
        let id = app.clock.id();
        let event = async |n: i64, by: Option<Uuid>| {
            let data = about(id, people[0].id, people[1].id, &json!({}));
            happens(&app, "EngagementStarted", n, by, data).await;
        };
        event(1, None).await;
        let mut authors: Vec<Option<Uuid>> = vec![None];
        let mut cursors = [0i64; 2];
        let mut known = [[1i64; 2]; 2];
        for (n, step) in (2i64..).zip(&steps) {
            let last = i64::try_from(authors.len()).unwrap();
            match *step {
                Step::Send { me } => {
                    people[me].post(&path(id, "/messages"), &says(&app, "…")).await.status(201);
                    authors.push(Some(people[me].id));
                }
                Step::Event { by } => {
                    event(n, by.map(|me| people[me].id)).await;
                    authors.push(by.map(|me| people[me].id));
                }
                Step::Refresh { me, device } => known[me][device] = last,
                Step::Read { me, device, back } => {
                    let seq = (known[me][device] - back).max(0);
                    people[me].post(&path(id, "/read"), &json!({ "seq": seq })).await.status(204);
                    cursors[me] = cursors[me].max(seq);
                }
            }
            for me in 0..2 {
                let behind = (1i64..)
                    .zip(&authors)
                    .filter(|(seq, by)| *seq > cursors[me] && **by != Some(people[me].id));
                let expected = i64::try_from(behind.count()).unwrap();
                let seen = people[me].get(&path(id, "")).await.status(200);
                assert_eq!(seen["unread"], expected, "{steps:?} at {n}");
                let total = people[me].get("/api/chat/unread").await.status(200);
                assert_eq!(total, json!({ "count": expected, "conversations": i64::from(expected > 0) }));
                // The stored cursor may have gone along over one's own messages; never over another's.
                let (mine, shown) = (seen["read_seq"].as_i64().unwrap(), cursors[me]);
                let between = (1i64..).zip(&authors).filter(|(seq, _)| *seq > shown && *seq <= mine);
                assert!(
                    mine >= shown && between.clone().all(|(_, by)| *by == Some(people[me].id)),
                    "{steps:?}"
                );
                cursors[me] = mine;
            }
        }
    }
}

#[tokio::test]
async fn the_total_sums_all_conversations() {
    let app = start().await;
    let me = app.member();
    for count in [0, 1, 3] {
        let other = app.member();
        let id = inquiry(&app, other.id, me.id).await;
        for _ in 0..count {
            other.post(&path(id, "/messages"), &says(&app, "안녕하세요")).await.status(201);
        }
    }
    assert_eq!(me.get("/api/chat/unread").await.status(200), json!({ "count": 4, "conversations": 2 }));
}
