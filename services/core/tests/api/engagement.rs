//! Engagements over HTTP, with a clock that is moved.

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::*;

fn errors(answer: &testkit::Answer) -> Value {
    answer.json()["errors"].clone()
}

fn kinds_of(timeline: &Value) -> Vec<&str> {
    timeline["timeline"].as_array().unwrap().iter().map(|t| t["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn the_whole_story_from_a_proposal_to_the_record() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let first = hours_ahead(&app, 48);

    let answer = propose_to(&recipient, "talent", &talent, &terms(first, 90)).await;
    let made = answer.status(201);
    let id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("/api/core/engagements/{id}"));
    assert_eq!(made["listing"], json!({ "kind": "talent", "id": talent, "title": "통기타 첫걸음" }));
    assert_eq!(
        (&made["me"], &made["state"], &made["awaiting"]),
        (&json!("recipient"), &json!("proposed"), &json!("other"))
    );
    assert_eq!((&made["other"]["name"], &made["terms_by"]), (&json!("민지"), &json!("me")));
    assert_eq!(made["acts"], json!(["withdraw"]));
    assert_eq!(time(&made["expires_at"]), first - TimeDelta::hours(2));
    assert_eq!(time(&made["terms"]["ends_at"]), first + TimeDelta::minutes(90));
    assert_eq!(
        (&made["previous_terms"], &made["result"], &made["on_hold"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );

    let asked = seen(&donor, &id).await;
    assert_eq!(asked["acts"], json!(["accept", "counter", "decline"]));
    assert_eq!((&asked["awaiting"], &asked["terms_by"]), (&json!("me"), &json!("other")));

    let second = first + TimeDelta::hours(3);
    let countered = act(&donor, &id, "counter", &json!({ "terms_version": 1, "terms": terms(second, 60) }))
        .await
        .status(200);
    assert_eq!(
        (&countered["terms"]["version"], &countered["previous_terms"]["version"]),
        (&json!(2), &json!(1))
    );
    assert_eq!((time(&countered["terms"]["starts_at"]), &countered["terms_by"]), (second, &json!("me")));
    let agreed = accept(&recipient, &id, 2).await.status(200);
    assert_eq!((&agreed["state"], &agreed["acts"]), (&json!("scheduled"), &json!(["cancel"])));

    app.clock.advance_to(second);
    app.pump().await;
    assert_eq!(seen(&donor, &id).await["state"], "in_progress");
    assert_eq!(held(&donor, &id, 60).await.problem(409), "engagement.claim_too_early");
    app.clock.advance(TimeDelta::hours(1));
    app.pump().await;
    let ended = seen(&donor, &id).await;
    assert_eq!((&ended["state"], &ended["acts"]), (&json!("awaiting_outcome"), &json!(["claim"])));
    assert_eq!(time(&ended["claims"]["deadline"]), second + TimeDelta::hours(1) + TimeDelta::days(7));

    let mine = held(&donor, &id, 60).await.status(200);
    assert_eq!(mine["claims"]["mine"]["minutes"], 60);
    assert_eq!((&mine["claims"]["other_answered"], &mine["awaiting"]), (&json!(false), &json!("other")));
    let theirs = seen(&recipient, &id).await;
    assert_eq!(
        (&theirs["claims"]["mine"], &theirs["claims"]["other_answered"]),
        (&Value::Null, &json!(true))
    );
    let done = held(&recipient, &id, 55).await.status(200);
    assert_eq!(
        (&done["state"], &done["result"]["minutes"], &done["acts"]),
        (&json!("completed"), &json!(55), &json!([]))
    );
    assert_eq!(
        kinds_of(&done),
        ["proposed", "countered", "scheduled", "started", "ended", "claimed", "claimed", "completed"]
    );
    let by: Vec<&str> =
        done["timeline"].as_array().unwrap().iter().map(|t| t["by"].as_str().unwrap()).collect();
    assert_eq!(by, ["me", "other", "me", "clock", "clock", "other", "me", "me"]);

    let events = said(&app, &id).await;
    assert_eq!(
        events.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
        [
            "EngagementProposed",
            "EngagementCountered",
            "EngagementScheduled",
            "EngagementStarted",
            "EngagementEnded",
            "OutcomeClaimed",
            "OutcomeClaimed",
            "SessionResolved",
            "EngagementCompleted",
            "HoursPosted",
        ]
    );
    for (kind, data) in &events {
        assert_eq!(data["donor_id"], json!(donor.id), "{kind}");
        assert_eq!(data["recipient_id"], json!(recipient.id), "{kind}");
        assert!(
            kind == "HoursPosted" || data["listing"] == json!({ "kind": "talent", "id": talent }),
            "{kind}"
        );
        let said = data.to_string();
        assert!(
            !["망원시장", "통기타", "연필", "민지"].iter().any(|word| said.contains(word)),
            "{kind} tells: {said}"
        );
    }
    assert_eq!((&events[0].1["by"], &events[0].1["awaiting"]), (&json!(recipient.id), &json!(donor.id)));
    assert_eq!((&events[5].1["awaiting"], &events[6].1["awaiting"]), (&json!(recipient.id), &Value::Null));
    assert_eq!(events[8].1["minutes"], 55);

    let sequences = app.db.superuser().await;
    let sequences = sequences
        .query(
            "SELECT sequence FROM event_log WHERE topic = 'dojob.core.engagement.v1' ORDER BY position",
            &[],
        )
        .await
        .unwrap();
    let sequences: Vec<i64> = sequences.iter().map(|r| r.get(0)).collect();
    assert!(sequences.windows(2).all(|w| w[0] < w[1]), "{sequences:?}");
}

#[tokio::test]
async fn only_the_two_see_it() {
    let app = start().await;
    let (_, _, id) = agreed(&app).await;
    let stranger = resident(&app, "한결").await;
    assert_eq!(stranger.get(&format!("/api/core/engagements/{id}")).await.problem(404), "request.not_found");
    for (name, body) in [
        ("counter", json!({ "terms_version": 1, "terms": terms(hours_ahead(&app, 30), 60) })),
        ("accept", json!({ "terms_version": 1 })),
        ("decline", json!({})),
        ("withdraw", json!({})),
        ("cancel", json!({})),
        ("claim", json!({ "claim": "did_not_take_place" })),
        ("adjust", json!({ "minutes": 30 })),
        ("agree-did-not-take-place", json!({})),
    ] {
        assert_eq!(act(&stranger, &id, name, &body).await.problem(404), "request.not_found", "{name}");
        assert_eq!(
            act(&stranger, &Uuid::nil().to_string(), name, &body).await.problem(404),
            "request.not_found"
        );
    }
    assert_eq!(app.nobody().get(&format!("/api/core/engagements/{id}")).await.problem(401), "token.missing");
}

#[tokio::test]
async fn proposals_that_are_refused() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let newcomer = app.member();
    let talent = talent(&donor, "통기타 첫걸음").await;
    let good = terms(hours_ahead(&app, 48), 60);

    let answer = propose_to(&newcomer, "talent", &talent, &good).await;
    assert_eq!(answer.problem(409), "profile.incomplete");
    assert_eq!(errors(&answer)[0]["code"], "profile.missing");
    assert_eq!(propose_to(&donor, "talent", &talent, &good).await.problem(409), "engagement.own_listing");
    assert_eq!(propose_to(&recipient, "need", &talent, &good).await.problem(404), "request.not_found");
    let both = json!({ "talent_id": talent, "need_id": talent, "terms": good });
    assert_eq!(recipient.post("/api/core/engagements", &both).await.refused(), ["/talent_id=listing.one_of"]);
    assert_eq!(
        recipient.post("/api/core/engagements", &json!({ "terms": good })).await.refused(),
        ["/talent_id=listing.one_of"]
    );

    let soon = terms(app.clock.now().duration_round_up(), 60);
    let answer = propose_to(&recipient, "talent", &talent, &soon).await;
    assert_eq!(answer.problem(422), "engagement.starts_too_soon");
    assert_eq!(answer.refused(), ["/terms/starts_at=starts_at.too_soon"]);
    let far = terms(hours_ahead(&app, 24 * 181), 60);
    assert_eq!(
        propose_to(&recipient, "talent", &talent, &far).await.problem(422),
        "engagement.starts_too_far"
    );
    let mut bad = terms(hours_ahead(&app, 48) + TimeDelta::seconds(1), 14);
    bad["place"] = json!("가".repeat(81));
    bad["bring"] = json!("a\u{202e}b");
    assert_eq!(
        propose_to(&recipient, "talent", &talent, &bad).await.refused(),
        [
            "/terms/starts_at=starts_at.not_a_whole_minute",
            "/terms/minutes=minutes.out_of_range",
            "/terms/place=text.too_long",
            "/terms/bring=text.forbidden_character",
        ]
    );

    let id = proposed(&recipient, &talent, &good).await;
    let answer = propose_to(&recipient, "talent", &talent, &good).await;
    assert_eq!(answer.problem(409), "engagement.open_exists");
    assert_eq!(errors(&answer)[0]["params"], json!({ "engagement_id": id }));
    // Another person may, and the same one again once it is answered.
    let other = resident(&app, "한결").await;
    proposed(&other, &talent, &good).await;
    act(&recipient, &id, "withdraw", &json!({})).await.status(200);
    proposed(&recipient, &talent, &good).await;

    donor.post(&format!("/api/core/talents/{talent}/pause"), &json!({})).await.status(200);
    let late = resident(&app, "서연").await;
    assert_eq!(propose_to(&late, "talent", &talent, &good).await.problem(409), "listing.not_open");
}

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
async fn stale_terms_say_which_are_current() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let id = proposed(&recipient, &talent, &terms(hours_ahead(&app, 48), 60)).await;
    act(&donor, &id, "counter", &json!({ "terms_version": 1, "terms": terms(hours_ahead(&app, 72), 60) }))
        .await
        .status(200);
    let answer = accept(&recipient, &id, 1).await;
    assert_eq!(answer.problem(409), "engagement.terms_stale");
    assert_eq!(
        errors(&answer)[0],
        json!({ "pointer": "/terms_version", "code": "terms_version.stale", "params": { "current": 2 } })
    );
    for version in 2..6 {
        let who = if version % 2 == 1 { &donor } else { &recipient };
        let other =
            json!({ "terms_version": version, "terms": terms(hours_ahead(&app, 72), 60 + version * 5) });
        act(who, &id, "counter", &other).await.status(200);
    }
    let asked = seen(&recipient, &id).await;
    assert_eq!((&asked["terms"]["version"], &asked["acts"]), (&json!(6), &json!(["accept", "decline"])));
    let seventh = json!({ "terms_version": 6, "terms": terms(hours_ahead(&app, 48), 15) });
    assert_eq!(act(&recipient, &id, "counter", &seventh).await.problem(409), "engagement.too_many_versions");
}

#[tokio::test]
async fn declined_withdrawn_and_cancelled_end_it_for_good() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let good = terms(hours_ahead(&app, 72), 60);

    let id = proposed(&recipient, &talent, &good).await;
    let declined = act(&donor, &id, "decline", &json!({ "reason": "time" })).await.status(200);
    assert_eq!((&declined["result"]["by"], &declined["result"]["reason"]), (&json!("me"), &json!("time")));
    assert_eq!(accept(&donor, &id, 1).await.problem(409), "engagement.over");

    let id = proposed(&recipient, &talent, &good).await;
    let withdrawn = act(&recipient, &id, "withdraw", &json!({})).await.status(200);
    assert_eq!((&withdrawn["state"], &withdrawn["result"]["by"]), (&json!("withdrawn"), &json!("me")));
    assert_eq!(accept(&donor, &id, 1).await.problem(409), "engagement.over");

    let early = proposed(&recipient, &talent, &good).await;
    accept(&donor, &early, 1).await.status(200);
    let cancelled = act(&donor, &early, "cancel", &json!({ "reason": "health" })).await.status(200);
    assert_eq!(cancelled["result"]["late"], false);
    let late = proposed(&recipient, &talent, &good).await;
    accept(&donor, &late, 1).await.status(200);
    app.clock.advance(TimeDelta::hours(60));
    app.pump().await;
    act(&recipient, &late, "cancel", &json!({})).await.status(200);
    let cancelled = seen(&donor, &late).await["result"].clone();
    assert_eq!(
        (&cancelled["late"], &cancelled["by"], &cancelled["reason"]),
        (&json!(true), &json!("other"), &json!("other"))
    );
    let (_, event) = said(&app, &late).await.pop().unwrap();
    assert_eq!((&event["late"], &event["by"]), (&json!(true), &json!(recipient.id)));
    assert!((10 * 3600..=12 * 3600).contains(&event["notice_seconds"].as_i64().unwrap()), "{event}");
    // The time is free again.
    let busy = donor
        .get(&format!(
            "/api/core/busy?from={}&to={}",
            text(app.clock.now()),
            text(hours_ahead(&app, 24 * 30))
        ))
        .await;
    assert_eq!(busy.status(200)["items"], json!([]));
}

#[tokio::test]
async fn it_cannot_be_cancelled_once_it_has_begun() {
    let app = start().await;
    let (donor, _, id) = agreed(&app).await;
    app.clock.advance(TimeDelta::hours(48));
    // Also before the timer has run.
    assert_eq!(act(&donor, &id, "cancel", &json!({})).await.problem(409), "engagement.started");
    app.pump().await;
    assert_eq!(act(&donor, &id, "cancel", &json!({})).await.problem(409), "engagement.started");
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
async fn a_counter_and_an_acceptance_at_the_same_moment_have_one_winner() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let (mut accepted, mut countered) = (0, 0);
    for round in 0..8 {
        let talent = talent(&donor, &format!("통기타 {round}")).await;
        let id = proposed(&recipient, &talent, &terms(hours_ahead(&app, 48 + 3 * round), 60)).await;
        let other = json!({ "terms_version": 1, "terms": terms(hours_ahead(&app, 200), 30) });
        // The awaited one has two windows open.
        let (a, c) = futures_util::join!(accept(&donor, &id, 1), act(&donor, &id, "counter", &other));
        match (a.status, c.status) {
            (200, 409) => {
                accepted += 1;
                assert_eq!(c.problem(409), "engagement.wrong_state");
            }
            (409, 200) => {
                countered += 1;
                assert_eq!(a.problem(409), "engagement.not_your_turn");
                assert_eq!(seen(&recipient, &id).await["terms"]["version"], 2);
                act(&donor, &id, "withdraw", &json!({})).await.status(200);
            }
            other => panic!("{other:?}: {} {}", a.text, c.text),
        }
    }
    assert_eq!(accepted + countered, 8);
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
    app.pump().await;
}

#[tokio::test]
async fn acceptances_in_every_order_end_without_a_deadlock() {
    let app = start().await;
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

    // Whoever helped cannot: the need is open again.
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
async fn a_closed_need_declines_its_offers() {
    let app = start().await;
    let (owner, donor) = (resident(&app, "영숙").await, resident(&app, "민지").await);
    let need = need(&owner, "스마트폰 사진 옮기기").await;
    let made = propose_to(&donor, "need", &need, &terms(hours_ahead(&app, 48), 60)).await.status(201);
    let id = made["id"].as_str().unwrap();
    owner.post(&format!("/api/core/needs/{need}/close"), &json!({})).await.status(200);
    assert_eq!(seen(&donor, id).await["result"]["reason"], "need_closed");
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

#[tokio::test]
async fn an_unanswered_proposal_ends_by_the_clock() {
    let app = start().await;
    let (donor, recipient) = (resident(&app, "민지").await, resident(&app, "도윤").await);
    let talent = talent(&donor, "통기타 첫걸음").await;
    let id = proposed(&recipient, &talent, &terms(hours_ahead(&app, 24 * 20), 60)).await;
    app.clock.advance(TimeDelta::days(5));
    // Seen and judged as over before the timer has run.
    let read = seen(&donor, &id).await;
    assert_eq!((&read["state"], &read["acts"]), (&json!("expired"), &json!([])));
    assert_eq!(kinds_of(&read), ["proposed", "expired"]);
    assert_eq!(accept(&donor, &id, 1).await.problem(409), "engagement.over");
    assert_eq!(kinds(&app, &id).await, ["EngagementProposed", "EngagementExpired"]);
    let read = seen(&recipient, &id).await;
    assert_eq!(kinds_of(&read), ["proposed", "expired"]);
    assert_eq!(
        (&read["result"]["by"], &read["timeline"][1]["params"]["awaiting"]),
        (&json!("clock"), &json!("other"))
    );
    let timers = app
        .db
        .superuser()
        .await
        .query("SELECT 1 FROM job WHERE kind = 'engagement.tick'", &[])
        .await
        .unwrap();
    assert!(timers.is_empty(), "no timer is left behind");
}

#[tokio::test]
async fn a_late_clock_does_everything_in_order() {
    let app = start().await;
    let (donor, _, id) = agreed(&app).await;
    app.clock.advance(TimeDelta::days(30));
    let told = kinds(&app, &id).await;
    assert_eq!(told[2..], ["EngagementStarted", "EngagementEnded", "SessionResolved", "EngagementLapsed"]);
    let read = seen(&donor, &id).await;
    assert_eq!((&read["state"], &read["result"]["by"]), (&json!("lapsed"), &json!("clock")));
    let end = time(&read["terms"]["ends_at"]);
    assert_eq!(time(&read["timeline"][4]["at"]), end + TimeDelta::days(7), "dated when it was due");
}

#[tokio::test]
async fn what_the_other_said_stays_closed_until_both_have_answered() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    says(&donor, &id, "other_absent").await.status(200);
    let read = seen(&recipient, &id).await;
    assert_eq!(read["claims"]["other_answered"], true);
    assert!(!read.to_string().contains("other_absent"), "{read}");
    let told = said(&app, &id).await.pop().unwrap();
    assert_eq!(told.0, "OutcomeClaimed");
    assert!(!told.1.to_string().contains("absent"), "{}", told.1);
    assert_eq!(says(&donor, &id, "did_not_take_place").await.problem(409), "engagement.already_claimed");
    let both = says(&recipient, &id, "i_absent").await.status(200);
    assert_eq!((&both["state"], &both["result"]["acknowledged"]), (&json!("no_show"), &json!(true)));
    assert_eq!(both["result"]["who"], "me");
    assert_eq!(both["timeline"][4]["params"]["claim"], "other_absent");
    app.pump().await;
}

#[tokio::test]
async fn a_claim_needs_minutes_only_when_it_was_held() {
    let app = start().await;
    let (donor, _, id) = over(&app).await;
    assert_eq!(says(&donor, &id, "took_place").await.refused(), ["/minutes=minutes.required"]);
    let surplus = json!({ "claim": "did_not_take_place", "minutes": 10 });
    assert_eq!(act(&donor, &id, "claim", &surplus).await.refused(), ["/minutes=minutes.not_expected"]);
    assert_eq!(held(&donor, &id, 0).await.refused(), ["/minutes=minutes.out_of_range"]);
    assert_eq!(held(&donor, &id, 481).await.refused(), ["/minutes=minutes.out_of_range"]);
    assert_eq!(says(&donor, &id, "perhaps").await.problem(400), "request.unreadable");
}

#[tokio::test]
async fn two_who_remember_differently_get_one_round() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    held(&donor, &id, 90).await.status(200);
    let apart = held(&recipient, &id, 60).await.status(200);
    assert_eq!(apart["claims"]["question"], "how_long");
    assert_eq!(
        apart["claims"]["adjust"],
        json!({ "other_minutes": 90, "mine_minutes": 60, "choices": [60, 75, 90], "mine_restated": false })
    );
    assert_eq!(apart["acts"], json!(["adjust"]));
    assert_eq!(
        act(&donor, &id, "agree-did-not-take-place", &json!({})).await.problem(409),
        "engagement.wrong_state"
    );
    let outside = act(&donor, &id, "adjust", &json!({ "minutes": 95 })).await;
    assert_eq!(outside.problem(422), "engagement.minutes_outside");
    assert_eq!(errors(&outside)[0]["params"], json!({ "min": 60, "max": 90 }));
    let asked = said(&app, &id).await.pop().unwrap();
    assert_eq!((asked.0.as_str(), &asked.1["question"]), ("OutcomeQuestioned", &json!("how_long")));
    assert_eq!(asked.1["awaiting"].as_array().unwrap().len(), 2);

    act(&donor, &id, "adjust", &json!({ "minutes": 75 })).await.status(200);
    assert_eq!(
        act(&donor, &id, "adjust", &json!({ "minutes": 80 })).await.problem(409),
        "engagement.already_adjusted"
    );
    assert_eq!(list(&donor, "box=waiting").await, std::slice::from_ref(&id));
    let done = act(&recipient, &id, "adjust", &json!({ "minutes": 75 })).await.status(200);
    assert_eq!((&done["state"], &done["result"]["minutes"]), (&json!("completed"), &json!(75)));
    assert_eq!(
        kinds(&app, &id).await[5..],
        [
            "OutcomeClaimed",
            "OutcomeQuestioned",
            "OutcomeRestated",
            "OutcomeRestated",
            "SessionResolved",
            "EngagementCompleted",
            "HoursPosted",
        ]
    );
}

#[tokio::test]
async fn who_reported_an_absence_may_agree_that_nobody_was_at_fault() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    says(&donor, &id, "other_absent").await.status(200);
    let denied = says(&recipient, &id, "did_not_take_place").await.status(200);
    assert_eq!((&denied["claims"]["question"], &denied["acts"]), (&json!("nobodys_fault"), &json!([])));
    assert_eq!(
        act(&recipient, &id, "agree-did-not-take-place", &json!({})).await.problem(409),
        "engagement.not_your_turn"
    );
    let turn = donor.get("/api/core/engagements?box=turn").await.status(200);
    assert_eq!(turn["items"][0]["turn"], "agree_did_not_take_place");
    let ended = act(&donor, &id, "agree-did-not-take-place", &json!({})).await.status(200);
    assert_eq!(ended["state"], "did_not_take_place");
    assert!(!kinds(&app, &id).await.contains(&"HoursPosted".to_owned()));
}

#[tokio::test]
async fn contradicting_answers_stop_the_clock() {
    let app = start().await;
    let (donor, recipient, id) = over(&app).await;
    held(&donor, &id, 90).await.status(200);
    let stopped = says(&recipient, &id, "other_absent").await.status(200);
    assert_eq!((&stopped["state"], &stopped["on_hold"]), (&json!("awaiting_outcome"), &json!("dispute")));
    assert_eq!(
        (&stopped["acts"], &stopped["claims"]["deadline"], &stopped["awaiting"]),
        (&json!([]), &Value::Null, &Value::Null)
    );
    assert_eq!(held(&donor, &id, 90).await.problem(409), "engagement.on_hold");
    assert_eq!(list(&donor, "box=past").await, std::slice::from_ref(&id));
    app.clock.advance(TimeDelta::days(400));
    assert_eq!(kinds(&app, &id).await.last().unwrap(), "EngagementPutOnHold");
    assert_eq!(seen(&donor, &id).await["on_hold"], "dispute");
    let hours = donor.get("/api/core/hours?filter=pending").await.status(200);
    assert_eq!(hours["items"][0]["state"], "on_hold");
}

#[tokio::test]
async fn every_agreement_stands_in_one_list_of_each_party() {
    let app = start().await;
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

/// Runs them all at the same time.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures_util::future::join_all(all).await
}

trait RoundUp {
    fn duration_round_up(self) -> Self;
}

impl RoundUp for chrono::DateTime<chrono::Utc> {
    /// The next whole minute.
    fn duration_round_up(self) -> Self {
        use chrono::DurationRound;
        self.duration_trunc(TimeDelta::minutes(1)).unwrap() + TimeDelta::minutes(1)
    }
}
