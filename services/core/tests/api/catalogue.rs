//! Talents and needs.

use chrono::TimeDelta;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::*;

#[tokio::test]
async fn a_talent_is_published_and_seen_by_everybody() {
    let app = start().await;
    let me = neighbour(&app, "도윤", MANGWON).await;
    let answer = me.post("/api/core/talents", &listing("통기타 첫걸음")).await;
    let talent = answer.status(201);
    assert_eq!(answer.header("location"), format!("/api/core/talents/{}", id(&talent)));
    assert_eq!(
        (&talent["state"], &talent["revision"], &talent["mine"]),
        (&json!("published"), &json!(1), &json!(true))
    );
    assert_eq!(talent["times"], json!(["tue-evening", "sat-morning"]));
    assert_eq!(talent["donor"]["name"], "도윤");
    let seen = app.nobody().get(&format!("/api/core/talents/{}", id(&talent))).await.status(200);
    assert_eq!(seen, with(talent.clone(), json!({ "mine": false })));
    assert_eq!(
        app.nobody().get(&format!("/api/core/needs/{}", id(&talent))).await.problem(404),
        "request.not_found"
    );
    app.pump().await;
    let (kind, data) = app.said().await.pop().unwrap();
    assert_eq!(kind, "TalentPublished");
    assert_eq!((&data["talent_id"], &data["donor_id"]), (&talent["id"], &json!(me.id)));
    assert!(data.get("title").is_none() && data.get("name").is_none());
}

#[tokio::test]
async fn a_need_stands_for_as_long_as_it_says() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let days = |view: &serde_json::Value| {
        let at = |name: &str| view[name].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        (at("expires_at") - at("published_at")).num_days()
    };
    let need = publish(&me, "need", &listing("보조바퀴 떼는 날")).await;
    assert_eq!(
        (&need["state"], &need["slots"], &need["offers_waiting"]),
        (&json!("open"), &json!(1), &json!(0))
    );
    assert_eq!((days(&need), &need["recipient"]["name"]), (14, &json!("민지")));
    let long = publish(&me, "need", &with(listing("흔들리는 의자"), json!({ "expires_in_days": 60 }))).await;
    assert_eq!(days(&long), 60);
    assert!(
        app.nobody()
            .get(&format!("/api/core/needs/{}", id(&long)))
            .await
            .status(200)
            .get("offers_waiting")
            .is_none()
    );
    for bad in [0, 61] {
        let body = with(listing("너무 길거나 짧게"), json!({ "expires_in_days": bad }));
        assert_eq!(me.post("/api/core/needs", &body).await.refused(), ["/expires_in_days=days.out_of_range"]);
    }
}

#[tokio::test]
async fn only_complete_members_publish_and_hear_what_is_missing() {
    let app = start().await;
    let me = app.member();
    for kind in ["talents", "needs"] {
        let answer = me.post(&format!("/api/core/{kind}"), &listing("통기타")).await;
        assert_eq!(answer.problem(409), "profile.incomplete");
        let errors = answer.json()["errors"].clone();
        assert_eq!(errors[0]["pointer"], "/name");
        assert_eq!(
            (&errors[1]["pointer"], &errors[1]["code"]),
            (&json!("/region"), &json!("profile.missing"))
        );
    }
    me.patch("/api/core/me", &json!({ "name": "민지" })).await.status(200);
    let answer = me.post("/api/core/talents", &listing("통기타")).await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_refused_field_is_named_at_once() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let body = json!({
        "title": "가", "body": "짧아요", "category": "juggling", "minutes": 14, "mode": "telepathy",
        "region_code": "1100000000", "times": ["tue-night"], "bring": "가".repeat(201),
    });
    let all = [
        "/title=text.too_short",
        "/body=text.too_short",
        "/category=category.unknown",
        "/minutes=minutes.out_of_range",
        "/mode=mode.unknown",
        "/region_code=region.level",
        "/times=times.unknown",
        "/bring=text.too_long",
    ];
    assert_eq!(me.post("/api/core/talents", &body).await.refused(), all);
    let mut with_days = all.to_vec();
    with_days.push("/expires_in_days=days.out_of_range");
    assert_eq!(
        me.post("/api/core/needs", &with(body.clone(), json!({ "expires_in_days": 99 }))).await.refused(),
        with_days
    );
    let talent = publish(&me, "talent", &listing("통기타 첫걸음")).await;
    let edit = with(body, json!({ "revision": 1 }));
    assert_eq!(me.patch(&format!("/api/core/talents/{}", id(&talent)), &edit).await.refused(), all);
    assert_eq!(
        me.post("/api/core/talents", &without(listing("통기타"), "title")).await.problem(400),
        "request.unreadable"
    );
    assert_eq!(
        me.post("/api/core/talents", &with(listing("통기타"), json!({ "x": 1 }))).await.problem(400),
        "request.unreadable"
    );
    assert_eq!(
        me.post("/api/core/talents", &with(listing("통기타"), json!({ "minutes": "60" }))).await.problem(400),
        "request.unreadable"
    );
}

#[tokio::test]
async fn text_is_text_and_what_deceives_the_eye_is_refused() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let odd = "<img src=x onerror=alert(1)> '; DROP TABLE listings; -- 👨‍👩‍👧";
    let nfd: String = "통기타".nfd().collect();
    let body = with(listing(&nfd), json!({ "body": odd, "bring": odd }));
    let talent = publish(&me, "talent", &body).await;
    assert_eq!(
        (&talent["title"], &talent["body"], &talent["bring"]),
        (&json!("통기타"), &json!(odd), &json!(odd))
    );
    for (field, bad, why) in [
        ("title", "통\u{3164}기타", "text.forbidden_character"),
        ("title", "\u{2800}\u{2800}", "text.empty"),
        ("body", "열 글자가 넘는 글\u{E0041}이에요", "text.forbidden_character"),
        ("bring", "물\u{0007}", "text.forbidden_character"),
    ] {
        let refused =
            me.post("/api/core/talents", &with(listing("통기타"), json!({ field: bad }))).await.refused();
        assert_eq!(refused, [format!("/{field}={why}")]);
    }
}

#[tokio::test]
async fn what_came_along_unseen_is_dropped_what_a_script_needs_stays_and_line_ends_are_one() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let persian = "می\u{200C}خواهم فارسی";
    let talent = publish(
        &me,
        "talent",
        &with(
            listing(persian),
            json!({
                "body": "첫째 줄입니다.\r둘째\u{200B} 줄입니다.\u{2028}셋째\u{202E} 줄입니다.",
                "bring": "\u{FEFF}물\u{AD}통",
            }),
        ),
    )
    .await;
    assert_eq!(talent["title"], persian);
    assert_eq!(talent["body"], "첫째 줄입니다.\n둘째 줄입니다.\n셋째 줄입니다.");
    assert_eq!(talent["bring"], "물통");
    // And it is found as it was typed.
    let found = app
        .nobody()
        .get("/api/core/talents?q=%D9%85%DB%8C%E2%80%8C%D8%AE%D9%88%D8%A7%D9%87%D9%85")
        .await
        .status(200);
    assert_eq!(found["items"][0]["title"], persian, "{found}");
}

#[tokio::test]
async fn a_double_click_publishes_once() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let (body, key) = (listing("통기타 첫걸음"), "double-click-1");
    let (a, b) = tokio::join!(
        me.post_with_key("/api/core/talents", &body, key),
        me.post_with_key("/api/core/talents", &body, key)
    );
    assert_eq!(a.status(201), b.status(201));
    let again = me.post_with_key("/api/core/talents", &body, key).await;
    assert_eq!((again.status(201), again.header("idempotency-replayed")), (a.json(), "true"));
    let other = me.post_with_key("/api/core/talents", &listing("다른 재능"), key).await;
    assert_eq!(other.problem(422), "idempotency.mismatch");
    let mine = me.get("/api/core/me/talents").await.status(200);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    assert_eq!(kinds_said(&app).await.iter().filter(|k| *k == "TalentPublished").count(), 1);
    let headless = me.send(reqwest::Method::POST, "/api/core/talents", Some(&body), &[]).await;
    assert_eq!(headless.problem(400), "request.header");
}

#[tokio::test]
async fn the_fifty_first_is_refused_even_in_a_rush() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    for n in 0..47 {
        publish(&me, "talent", &listing(&format!("재능 {n}"))).await;
    }
    let body = listing("하나 더");
    let one = || me.post("/api/core/talents", &body);
    let answers = tokio::join!(one(), one(), one(), one(), one(), one());
    let mut statuses =
        [answers.0, answers.1, answers.2, answers.3, answers.4, answers.5].map(|answer| answer.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 201, 409, 409, 409]);
    assert_eq!(one().await.problem(409), "talent.too_many_open");
    // Needs have a limit of their own, and one that ended makes room.
    publish(&me, "need", &listing("도움도 필요해요")).await;
    app.clock.advance(TimeDelta::days(181));
    publish(&me, "talent", &body).await;
}

#[tokio::test]
async fn an_edit_must_have_seen_the_last_one() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let talent = publish(&me, "talent", &listing("통기타 첫걸음")).await;
    let path = format!("/api/core/talents/{}", id(&talent));
    let edited = me
        .patch(&path, &json!({ "revision": 1, "title": "우쿨렐레 첫걸음", "region_code": HAPJEONG }))
        .await
        .status(200);
    assert_eq!(
        (&edited["title"], &edited["revision"], &edited["region"]["code"]),
        (&json!("우쿨렐레 첫걸음"), &json!(2), &json!(HAPJEONG))
    );
    assert_eq!(edited["body"], talent["body"]);
    assert_eq!(me.patch(&path, &json!({ "revision": 1, "minutes": 30 })).await.problem(409), "talent.stale");
    assert_eq!(me.patch(&path, &json!({ "minutes": 30 })).await.problem(400), "request.unreadable");
    // Changing nothing is no change.
    assert_eq!(me.patch(&path, &json!({ "revision": 2, "minutes": 60 })).await.status(200)["revision"], 2);
    assert_eq!(kinds_said(&app).await, ["MemberProfileChanged", "TalentPublished", "TalentRevised"]);
    let found = app.nobody().get("/api/core/talents?q=우쿨렐레").await.status(200);
    assert_eq!(found["items"][0]["id"], talent["id"]);
    assert_eq!(app.nobody().get("/api/core/talents?q=통기타").await.status(200)["items"], json!([]));
}

#[tokio::test]
async fn resting_and_coming_back() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let talent = publish(&me, "talent", &listing("통기타 첫걸음")).await;
    let path = format!("/api/core/talents/{}", id(&talent));
    let act = async |act: &str| me.post(&format!("{path}/{act}"), &json!({})).await;
    assert_eq!(act("resume").await.problem(409), "talent.wrong_state");
    assert_eq!(act("pause").await.status(200)["state"], "paused");
    assert_eq!(act("pause").await.problem(409), "talent.wrong_state");
    assert_eq!(app.nobody().get("/api/core/talents").await.status(200)["items"], json!([]));
    assert_eq!(app.nobody().get(&path).await.status(200)["state"], "paused");
    assert_eq!(
        app.nobody().get(&format!("/api/core/members/{}/talents", me.id)).await.status(200)["items"],
        json!([])
    );
    assert_eq!(me.get("/api/core/me/talents").await.status(200)["items"][0]["state"], "paused");
    assert_eq!(act("resume").await.status(200)["state"], "published");
    assert_eq!(app.nobody().get("/api/core/talents").await.status(200)["items"][0]["id"], talent["id"]);
    assert_eq!(me.get(&format!("{path}/close")).await.status, 404, "talents are not closed");
    assert_eq!(
        kinds_said(&app).await,
        ["MemberProfileChanged", "TalentPublished", "TalentPaused", "TalentResumed"]
    );
}

#[tokio::test]
async fn the_clock_warns_a_week_before_and_ends_a_listing_at_its_moment() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    let talent = publish(&me, "talent", &listing("통기타 첫걸음")).await;
    let path = format!("/api/core/talents/{}", id(&talent));
    app.clock.advance(TimeDelta::days(172));
    app.pump().await;
    assert_eq!(app.said().await.len(), 2);
    app.clock.advance(TimeDelta::days(1));
    app.pump().await;
    assert_eq!(app.said().await.last().unwrap().0, "TalentExpiringSoon");
    app.clock.advance(TimeDelta::days(7));
    // Not yet pumped: the moment counts, not the timer.
    assert_eq!(app.nobody().get(&path).await.status(200)["state"], "expired");
    assert_eq!(app.nobody().get("/api/core/talents").await.status(200)["items"], json!([]));
    assert_eq!(me.post(&format!("{path}/pause"), &json!({})).await.problem(409), "talent.wrong_state");
    app.pump().await;
    assert_eq!(app.said().await.last().unwrap().0, "TalentExpired");
    assert_eq!(app.pump().await, 0);
    // Renewed, it stands again, and its owner is warned again.
    let renewed = me.post(&format!("{path}/renew"), &json!({})).await.status(200);
    assert_eq!(renewed["state"], "published");
    assert_eq!(app.nobody().get("/api/core/talents").await.status(200)["items"][0]["id"], talent["id"]);
    app.clock.advance(TimeDelta::days(181));
    app.pump().await;
    let all = app.said().await.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
    // The timer came late: the end is past, so there is nothing to warn of.
    assert_eq!(
        all,
        [
            "MemberProfileChanged",
            "TalentPublished",
            "TalentExpiringSoon",
            "TalentExpired",
            "TalentRenewed",
            "TalentExpired"
        ]
    );
}

#[tokio::test]
async fn a_short_need_ends_without_a_warning_and_a_closed_one_for_good() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    publish(&me, "need", &with(listing("내일까지 급해요"), json!({ "expires_in_days": 1 }))).await;
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(kinds_said(&app).await, ["MemberProfileChanged", "NeedOpened", "NeedExpired"]);
    let need = publish(&me, "need", &listing("천천히 봐 주세요")).await;
    let path = format!("/api/core/needs/{}", id(&need));
    assert_eq!(me.post(&format!("{path}/close"), &json!({})).await.status(200)["state"], "closed");
    for act in ["close", "renew", "pause", "resume"] {
        assert_eq!(
            me.post(&format!("{path}/{act}"), &json!({})).await.problem(409),
            "need.wrong_state",
            "{act}"
        );
    }
    assert_eq!(
        me.patch(&path, &json!({ "revision": 1, "minutes": 30 })).await.problem(409),
        "need.wrong_state"
    );
    app.clock.advance(TimeDelta::days(30));
    assert_eq!(kinds_said(&app).await.split_off(3), ["NeedOpened", "NeedClosed"]);
}

#[tokio::test]
async fn own_listings_come_in_pages_newest_first() {
    let app = start().await;
    let me = neighbour(&app, "민지", MANGWON).await;
    for n in 0..7 {
        publish(&me, "talent", &listing(&format!("재능 {n}"))).await;
    }
    let (mut titles, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = me.get(&format!("/api/core/me/talents?limit=3{cursor}")).await.status(200);
        titles.extend(
            page["items"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(titles, (0..7).rev().map(|n| format!("재능 {n}")).collect::<Vec<_>>());
    assert_eq!(me.get("/api/core/me/talents?cursor=x").await.problem(400), "page.cursor");
    assert_eq!(me.get("/api/core/me/talents?limit=0").await.problem(400), "page.limit");
    let public = app.nobody().get(&format!("/api/core/members/{}/talents", me.id)).await.status(200);
    assert_eq!(
        (public["items"].as_array().unwrap().len(), &public["items"][0]["by"]["name"]),
        (7, &json!("민지"))
    );
    assert_eq!(me.get("/api/core/me/needs").await.status(200)["items"], json!([]));
}
