//! Agreeing to a proposal.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::futures;
use crate::world::*;

#[tokio::test]
async fn answers_that_are_refused() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let first = terms(hours_ahead(&app, 48), 60);
    let id = proposed(&recipient, &talent, &first).await;

    assert_eq!(accept(&recipient, &id, 1).await.problem(409), "engagement.not_your_turn");
    assert_eq!(act(&donor, &id, "withdraw", &json!({})).await.problem(409), "engagement.not_your_turn");
    assert_eq!(act(&recipient, &id, "decline", &json!({})).await.problem(409), "engagement.not_your_turn");
    let same = json!({ "terms_version": 1, "terms": first });
    assert_eq!(act(&donor, &id, "counter", &same).await.problem(422), "engagement.same_terms");
    assert_eq!(act(&donor, &id, "cancel", &json!({})).await.problem(409), "engagement.wrong_state");
    assert_eq!(held(&donor, &id, 60).await.problem(409), "engagement.wrong_state");
    assert_eq!(
        act(&donor, &id, "adjust", &json!({ "minutes": 60 })).await.problem(409),
        "engagement.wrong_state"
    );
    let not_theirs = act(&donor, &id, "decline", &json!({ "reason": "need_filled" })).await;
    assert_eq!(not_theirs.problem(400), "request.unreadable");
}

#[tokio::test]
async fn one_key_has_one_effect_and_one_answer() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let body = json!({ "talent_id": talent, "terms": terms(hours_ahead(&app, 48), 60) });
    let proposals = ["/api/core/engagements"; 4];
    let twice =
        futures(proposals.iter().map(|path| recipient.post_with_key(path, &body, "one-and-the-same"))).await;
    let made: Vec<_> = twice.iter().map(|a| a.status(201)["id"].clone()).collect();
    assert!(made.iter().all(|id| *id == made[0]), "{made:?}");
    let id = made[0].as_str().unwrap();

    let path = format!("/api/core/engagements/{id}/accept");
    let body = json!({ "terms_version": 1 });
    let twice = futures((0..4).map(|_| donor.post_with_key(&path, &body, "accept-it-once"))).await;
    assert!(twice.iter().all(|a| a.status(200)["state"] == "scheduled"));
    assert_eq!(twice.iter().filter(|a| a.header("idempotency-replayed") == "true").count(), 3);
    // Another key is another click: refused, because it is agreed already.
    assert_eq!(accept(&donor, id, 1).await.problem(409), "engagement.wrong_state");
    assert_eq!(kinds(&app, id).await, ["EngagementProposed", "EngagementScheduled"]);
    let without = donor.send(reqwest::Method::POST, &path, Some(&body), &[]).await;
    assert_eq!(without.problem(400), "request.header");
}

#[tokio::test]
async fn nobody_agrees_to_two_things_at_once() {
    let app = start().await;
    let (donor, recipient, _) = agreed(&app).await;
    let start = hours_ahead(&app, 48);
    let other = resident(&app, "한결").await;
    let second = talent(&other, "수학 문제 같이 풀기").await;
    // The recipient's next plan begins half an hour before the end of the first.
    let id = proposed(&recipient, &second, &terms(start + TimeDelta::minutes(60), 60)).await;
    assert_eq!(seen(&recipient, &id).await["overlap"], true);
    assert_eq!(seen(&other, &id).await["overlap"], false, "another's calendar stays closed");
    assert_eq!(accept(&other, &id, 1).await.problem(409), "engagement.overlap");
    assert_eq!(kinds(&app, &id).await, ["EngagementProposed"], "a refusal leaves nothing behind");
    // Half open: one begins when the other ends.
    let later = json!({ "terms_version": 1, "terms": terms(start + TimeDelta::minutes(90), 60) });
    act(&other, &id, "counter", &later).await.status(200);
    assert_eq!(seen(&recipient, &id).await["overlap"], false);
    accept(&recipient, &id, 2).await.status(200);
    let busy = recipient
        .get(&format!("/api/core/busy?from={}&to={}", text(start), text(start + TimeDelta::days(1))))
        .await
        .status(200);
    let times: Vec<_> = busy["items"].as_array().unwrap().iter().map(|b| time(&b["starts_at"])).collect();
    assert_eq!(times, [start, start + TimeDelta::minutes(90)]);
    let for_donor = donor
        .get(&format!("/api/core/busy?from={}&to={}", text(start), text(start + TimeDelta::days(1))))
        .await;
    assert_eq!(for_donor.status(200)["items"].as_array().unwrap().len(), 1);
    let long = donor
        .get(&format!("/api/core/busy?from={}&to={}", text(start), text(start + TimeDelta::days(61))))
        .await;
    assert_eq!(long.refused(), ["/to=busy.span"]);
    for (from, to) in [
        ("-262143-01-02", "-262143-01-20"),
        ("-9999-01-01", "-9999-01-02"),
        ("%2B262142-01-01", "%2B262142-01-02"),
    ] {
        let odd = recipient.get(&format!("/api/core/busy?from={from}T00:00:00Z&to={to}T00:00:00Z")).await;
        assert_eq!(odd.refused(), ["/from=date.out_of_range", "/to=date.out_of_range"], "{from}");
    }
    app.pump().await;
}

#[tokio::test]
async fn acceptances_in_every_order_end_without_a_deadlock() {
    let app = start_without_budgets().await;
    let mut people = Vec::new();
    for name in ["민지", "도윤", "한결", "서연"] {
        people.push(resident(&app, name).await);
    }
    let mut talents = Vec::new();
    for person in &people {
        talents.push(talent(person, "한 시간 나눔").await);
    }
    // Who gives to whom: each pair stands in both orders, so that two acceptances want the same two in turn.
    let pairs = [(0, 1), (1, 0), (2, 3), (3, 2), (1, 2), (2, 1), (3, 0), (0, 3)];
    for round in 0..20_i64 {
        let start = hours_ahead(&app, 48 + 2 * round);
        let mut ids = Vec::new();
        for (donor, recipient) in pairs {
            ids.push(proposed(&people[recipient], &talents[donor], &terms(start, 60)).await);
        }
        let answers =
            futures(pairs.iter().zip(&ids).map(|((donor, _), id)| accept(&people[*donor], id, 1))).await;
        let mut agreed = 0;
        for answer in &answers {
            match answer.status {
                200 => agreed += 1,
                _ => assert_eq!(answer.problem(409), "engagement.overlap"),
            }
        }
        assert!((1..=2).contains(&agreed), "four people, two pairs at most: {agreed}");
        for ((_, recipient), (id, answer)) in pairs.iter().zip(ids.iter().zip(&answers)) {
            if answer.status == 409 {
                act(&people[*recipient], id, "withdraw", &json!({})).await.status(200);
            }
        }
    }
}

#[tokio::test]
async fn an_accepted_offer_fills_the_need_and_the_others_hear_so() {
    let app = start().await;
    let owner = resident(&app, "영숙").await;
    let (a, b, c) =
        (resident(&app, "민지").await, resident(&app, "도윤").await, resident(&app, "한결").await);
    let need = need(&owner, "스마트폰 사진 옮기기").await;
    let mut ids = Vec::new();
    for (n, donor) in [&a, &b, &c].into_iter().enumerate() {
        let answer = propose_to(
            donor,
            "need",
            &need,
            &terms(hours_ahead(&app, 48 + 3 * i64::try_from(n).unwrap()), 60),
        )
        .await;
        let made = answer.status(201);
        assert_eq!((&made["me"], &made["listing"]["kind"]), (&json!("donor"), &json!("need")));
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(owner.get(&format!("/api/core/needs/{need}")).await.status(200)["offers_waiting"], 3);
    // One that was answered with other terms waits for its author, not for the owner.
    act(
        &owner,
        &ids[2],
        "counter",
        &json!({ "terms_version": 1, "terms": terms(hours_ahead(&app, 90), 60) }),
    )
    .await
    .status(200);
    let offers = owner.get(&format!("/api/core/needs/{need}/offers")).await.status(200);
    assert_eq!(crate::world::ids(&offers), ids[..2]);
    assert_eq!(offers["items"][0]["other"]["name"], "민지");
    assert_eq!(offers["items"][0]["turn"], "answer");
    assert_eq!(a.get(&format!("/api/core/needs/{need}/offers")).await.problem(404), "request.not_found");

    accept(&owner, &ids[1], 1).await.status(200);
    assert_eq!(owner.get(&format!("/api/core/needs/{need}")).await.status(200)["state"], "filled");
    for (who, id) in [(&a, &ids[0]), (&c, &ids[2])] {
        let told = seen(who, id).await;
        assert_eq!((&told["state"], &told["result"]["by"]), (&json!("declined"), &json!("system")));
        assert_eq!(told["result"]["reason"], "need_filled");
        let (kind, data) = said(&app, id).await.pop().unwrap();
        assert_eq!(
            (kind.as_str(), &data["by"], &data["reason_code"]),
            ("EngagementDeclined", &Value::Null, &json!("need_filled"))
        );
    }
    assert_eq!(accept(&c, &ids[2], 2).await.problem(409), "engagement.over");
    let late = resident(&app, "서연").await;
    assert_eq!(
        propose_to(&late, "need", &need, &terms(hours_ahead(&app, 48), 60)).await.problem(409),
        "listing.not_open"
    );

    // The one who helped cannot: the need is open again.
    act(&b, &ids[1], "cancel", &json!({ "reason": "urgent" })).await.status(200);
    assert_eq!(owner.get(&format!("/api/core/needs/{need}")).await.status(200)["state"], "open");
    propose_to(&late, "need", &need, &terms(hours_ahead(&app, 48), 60)).await.status(201);
    app.pump().await;
}

#[tokio::test]
async fn two_offers_of_one_need_accepted_at_once_have_one_winner() {
    let app = start().await;
    let owner = resident(&app, "영숙").await;
    let (a, b) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    for round in 0..6_i64 {
        let need = need(&owner, "스마트폰 사진 옮기기").await;
        let at = |n: i64| terms(hours_ahead(&app, 48 + 8 * round + 3 * n), 60);
        let first =
            propose_to(&a, "need", &need, &at(0)).await.status(201)["id"].as_str().unwrap().to_owned();
        let second =
            propose_to(&b, "need", &need, &at(1)).await.status(201)["id"].as_str().unwrap().to_owned();
        // The second waits for the donor, so that two different people accept.
        act(&owner, &second, "counter", &json!({ "terms_version": 1, "terms": at(2) })).await.status(200);
        let (x, y) = futures_util::join!(accept(&owner, &first, 1), accept(&b, &second, 2));
        let mut statuses = [x.status, y.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", x.text, y.text);
        let loser = if x.status == 409 { x } else { y };
        assert_eq!(loser.problem(409), "engagement.over");
    }
}

#[tokio::test]
async fn an_offer_outlives_the_listings_rest() {
    let app = start().await;
    let (owner, donor) = (resident(&app, "영숙").await, resident(&app, "민지").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let of_talent = proposed(&owner, &talent, &terms(hours_ahead(&app, 48), 60)).await;
    donor.post(&format!("/api/core/talents/{talent}/pause"), &json!({})).await.status(200);
    accept(&donor, &of_talent, 1).await.status(200);
    let need = need(&owner, "스마트폰 사진 옮기기").await;
    let made = propose_to(&donor, "need", &need, &terms(hours_ahead(&app, 52), 60)).await.status(201);
    owner.post(&format!("/api/core/needs/{need}/pause"), &json!({})).await.status(200);
    accept(&owner, made["id"].as_str().unwrap(), 1).await.status(200);
    assert_eq!(owner.get(&format!("/api/core/needs/{need}")).await.status(200)["state"], "filled");
}
