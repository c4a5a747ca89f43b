//! A member's lists.

use serde_json::json;

use crate::world::*;

#[tokio::test]
async fn every_agreement_stands_in_one_list_of_each_party() {
    let app = start_without_budgets().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let mut made = Vec::new();
    for n in 0..7_i64 {
        let talent = talent(&donor, &format!("통기타 {n}")).await;
        made.push(proposed(&recipient, &talent, &terms(hours_ahead(&app, 24 * 4 - 5 * n), 60)).await);
    }
    let reversed: Vec<String> = made.iter().rev().cloned().collect();
    assert_eq!(list(&donor, "box=turn").await, reversed, "the soonest to end comes first");
    assert_eq!(list(&recipient, "box=waiting").await, reversed);
    assert_eq!(list(&recipient, "box=turn").await, Vec::<String>::new());

    for id in &made[0..3] {
        accept(&donor, id, 1).await.status(200);
    }
    act(&donor, &made[3], "decline", &json!({})).await.status(200);
    act(&recipient, &made[4], "withdraw", &json!({})).await.status(200);
    let upcoming: Vec<String> = made[0..3].iter().rev().cloned().collect();
    for who in [&donor, &recipient] {
        assert_eq!(list(who, "box=upcoming").await, upcoming);
        assert_eq!(list(who, "box=past").await, [made[4].clone(), made[3].clone()]);
    }
    assert_eq!(list(&donor, "box=turn").await, [made[6].clone(), made[5].clone()]);
    let all = list(&donor, "box=all").await;
    assert_eq!(all.len(), 7);
    assert_eq!(all[..2], [made[4].clone(), made[3].clone()], "the latest change comes first");

    for query in ["box=all", "box=turn", "box=upcoming", "box=past"] {
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = donor.get(&format!("/api/core/engagements?{query}&limit=1{cursor}")).await.status(200);
            paged.extend(ids(&page));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged, list(&donor, query).await, "{query}");
    }
    let stranger = app.member();
    assert_eq!(list(&stranger, "").await, Vec::<String>::new());
    assert_eq!(donor.get("/api/core/engagements?box=mine").await.problem(400), "request.unreadable");
    assert_eq!(donor.get("/api/core/engagements?cursor=x").await.problem(400), "page.cursor");
    // [1,["-9999-01-01T00:00:00Z","00000000-0000-0000-0000-000000000000"]]
    let before_time =
        "WzEsWyItOTk5OS0wMS0wMVQwMDowMDowMFoiLCIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiXV0";
    for list in ["engagements", "me/talents", "me/needs"] {
        let answer = donor.get(&format!("/api/core/{list}?cursor={before_time}")).await;
        assert_eq!(answer.problem(400), "page.cursor", "{list}");
    }
    assert_eq!(donor.get("/api/core/engagements?limit=0").await.problem(400), "page.limit");
}

#[tokio::test]
async fn lists_are_read_from_their_indexes() {
    let app = start().await;
    let (donor, _, _) = agreed(&app).await;
    let db = app.db.superuser().await;
    db.batch_execute("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off")
        .await
        .unwrap();
    let me = donor.id;
    for (query, index) in [
        (
            format!("tray = 'turn' AND member_id = '{me}' ORDER BY sort_at, engagement_id"),
            "engagement_parties_tray_idx",
        ),
        (
            format!("tray = 'past' AND member_id = '{me}' ORDER BY sort_at DESC, engagement_id DESC"),
            "engagement_parties_tray_idx",
        ),
        (
            format!("member_id = '{me}' ORDER BY updated_at DESC, engagement_id DESC"),
            "engagement_parties_all_idx",
        ),
        (
            format!("member_id = '{me}' AND record IS NOT NULL ORDER BY starts_at DESC, engagement_id DESC"),
            "engagement_parties_record_idx",
        ),
    ] {
        let plan = db
            .query(&format!("EXPLAIN SELECT * FROM engagement_parties WHERE {query} LIMIT 21"), &[])
            .await
            .unwrap()
            .iter()
            .map(|r| r.get::<_, String>(0))
            .collect::<Vec<_>>()
            .join("\n");
        assert!(plan.contains(index) && !plan.contains("Sort"), "{query}\n{plan}");
    }
}
