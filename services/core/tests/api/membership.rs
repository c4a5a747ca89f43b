//! Profiles.

use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::{
    world::{accept, hours_ahead, propose_to, resident, talent, terms},
    *,
};

const ME: &str = "/api/core/me";

#[tokio::test]
async fn a_valid_token_is_enough_to_have_a_profile() {
    let app = start().await;
    let me = app.member();
    let view = me.get(ME).await.status(200);
    assert_eq!(view["id"], json!(me.id));
    assert_eq!(
        (&view["name"], &view["region"], &view["complete"]),
        (&json!(null), &json!(null), &json!(false))
    );
    assert_eq!(view["missing"], json!(["name", "region"]));
    assert_eq!(view["given"], json!({ "count": 0, "minutes": 0 }));
    assert_eq!(me.get(ME).await.status(200), view);
}

#[tokio::test]
async fn a_profile_is_complete_with_a_name_and_a_place_and_says_so() {
    let app = start().await;
    let me = app.member();
    let view = me.patch(ME, &json!({ "name": "민지", "bio": "한 줄\n두 줄" })).await.status(200);
    assert_eq!((&view["missing"], &view["bio"]), (&json!(["region"]), &json!("한 줄\n두 줄")));
    let view = me.patch(ME, &json!({ "region_code": MANGWON, "languages": ["ko", "kvk"] })).await.status(200);
    assert_eq!((&view["complete"], &view["missing"]), (&json!(true), &json!([])));
    assert_eq!(
        view["region"],
        json!({ "code": MANGWON, "name": "망원동", "path": "서울특별시 마포구 망원동", "short": "서울 마포구" })
    );
    // Saying the same again says nothing.
    me.patch(ME, &json!({ "name": "민지" })).await.status(200);
    app.pump().await;
    let said = app.said().await;
    assert_eq!(said.len(), 2);
    assert_eq!(
        said[1].1,
        json!({ "member_id": me.id, "fields": ["region", "languages"], "complete": true,
            "languages": ["ko", "kvk"], "region_code": MANGWON })
    );
    assert!(!said[0].1.to_string().contains("민지"), "events carry no names");
}

#[tokio::test]
async fn every_refused_field_is_named_at_once() {
    let app = start().await;
    let body = json!({ "name": "가\u{202E}나", "bio": "가".repeat(601), "region_code": "1144000000", "languages": ["xx"] });
    assert_eq!(
        app.member().patch(ME, &body).await.refused(),
        [
            "/name=text.forbidden_character",
            "/bio=text.too_long",
            "/region_code=region.level",
            "/languages=languages.unknown"
        ]
    );
    let name = |name: &str| json!({ "name": name });
    let me = app.member();
    assert_eq!(me.patch(ME, &name("   ")).await.refused(), ["/name=text.empty"]);
    assert_eq!(me.patch(ME, &name(&"가".repeat(21))).await.refused(), ["/name=text.too_long"]);
    for (raw, character, class) in [
        ("민\u{202E}지", "U+202E", "direction"),
        ("\u{3164}", "U+3164", "filler"),
        ("민\u{E0041}지", "U+E0041", "tag"),
        ("\u{301}", "U+0301", "lone_mark"),
        (&format!("민{}", "\u{308}".repeat(19)), "U+0308", "mark_stack"),
        ("민\u{F8FF}", "U+F8FF", "private"),
        ("민\u{378}", "U+0378", "unassigned"),
    ] {
        let answer = me.patch(ME, &name(raw)).await;
        assert_eq!(answer.refused(), ["/name=text.forbidden_character"], "{raw:?}");
        let params = json!({ "character": character, "class": class });
        assert_eq!(answer.json()["errors"][0]["params"], params, "{raw:?}");
    }
    for blank in ["\u{2800}", "\u{2800} \u{200B}\u{FEFF}"] {
        assert_eq!(me.patch(ME, &name(blank)).await.refused(), ["/name=text.empty"], "{blank:?}");
    }
    for ours in ["운영자", "dojob 공식", "ＡＤＭＩＮ", "dоjоb", "관.리.자"] {
        assert_eq!(me.patch(ME, &name(ours)).await.refused(), ["/name=name.reserved"], "{ours}");
    }
    assert_eq!(me.patch(ME, &json!({ "nmae": "민지" })).await.problem(400), "request.unreadable");
    assert_eq!(me.get(ME).await.status(200)["name"], json!(null));
}

#[tokio::test]
async fn names_are_composed_and_markup_and_emoji_are_text() {
    let app = start().await;
    let me = app.member();
    let nfd: String = "민지🌱".nfd().collect();
    assert_eq!(me.patch(ME, &json!({ "name": nfd })).await.status(200)["name"], "민지🌱");
    for (raw, kept) in
        [("\u{FEFF}민\u{200B}지\u{AD}", "민지"), ("می\u{200C}نا", "می\u{200C}نا"), ("민\u{200D}지", "민지")]
    {
        assert_eq!(me.patch(ME, &json!({ "name": raw })).await.status(200)["name"], kept, "{raw:?}");
    }
    let bio = "<script>alert(1)</script> '; DROP TABLE members; --";
    assert_eq!(me.patch(ME, &json!({ "bio": bio })).await.status(200)["bio"], bio);
}

#[tokio::test]
async fn a_former_region_becomes_todays() {
    let app = start().await;
    let view = app.member().patch(ME, &json!({ "region_code": "4211012000" })).await.status(200);
    assert!(view["region"]["code"].as_str().unwrap().starts_with("51"), "{view}");
}

#[tokio::test]
async fn neighbours_see_a_profile_only_when_it_is_complete() {
    let app = start().await;
    let me = app.member();
    let path = format!("/api/core/members/{}", me.id);
    assert_eq!(app.nobody().get(&path).await.problem(404), "request.not_found");
    me.patch(ME, &json!({ "name": "민지" })).await.status(200);
    assert_eq!(app.nobody().get(&path).await.status(200)["name"], json!(null));
    me.patch(ME, &json!({ "region_code": MANGWON })).await.status(200);
    let seen = app.nobody().get(&path).await.status(200);
    assert_eq!((&seen["name"], &seen["region"]["name"]), (&json!("민지"), &json!("망원동")));
    assert_eq!((&seen["given_count"], &seen["gone"]), (&json!(0), &json!(false)));
    assert_eq!(app.nobody().get("/api/core/members/nonsense").await.problem(404), "request.not_found");
}

#[tokio::test]
async fn a_registered_account_is_a_member_who_speaks_its_language() {
    let app = start().await;
    let (early, late) = (app.member(), app.member());
    late.patch(ME, &json!({ "languages": ["ja"] })).await.status(200);
    for account in [early.id, late.id] {
        let data = json!({ "account_id": account, "locale": "en", "age_band": "30s", "consents": [] });
        let event = app.record("dojob.auth.identity.v1", "AccountRegistered", account, 1, data);
        app.feed_record(&event).await;
        app.feed_record(&event).await;
    }
    assert_eq!(early.get(ME).await.status(200)["languages"], json!(["en"]));
    assert_eq!(late.get(ME).await.status(200)["languages"], json!(["ja"]), "what somebody chose stays");
}

#[tokio::test]
async fn who_is_not_old_enough_uses_it_but_neither_publishes_nor_proposes() {
    let app = start().await;
    let (minor, donor) = (resident(&app, "하늘").await, resident(&app, "민지").await);
    let (own, others) = (talent(&minor, "종이접기 첫걸음").await, talent(&donor, "통기타 첫걸음").await);
    let identity = "dojob.auth.identity.v1";
    app.feed(identity, "MayActChanged", minor.id, 2, json!({ "account_id": minor.id, "may_act": false }))
        .await;
    let good = terms(hours_ahead(&app, 48), 60);
    let publish = minor.post("/api/core/talents", &crate::listing("종이접기 둘째 걸음")).await;
    assert_eq!(publish.problem(403), "member.under_age");
    assert_eq!(propose_to(&minor, "talent", &others, &good).await.problem(403), "member.under_age");
    let ask = json!({ "talent_id": others });
    minor.post("/api/core/inquiries", &ask).await.status(201);
    minor.get(&format!("/api/core/talents/{own}")).await.status(200);
    let e = propose_to(&donor, "talent", &own, &good).await.status(201)["id"].as_str().unwrap().to_owned();
    accept(&minor, &e, 1).await.status(200);

    app.feed(identity, "MayActChanged", minor.id, 3, json!({ "account_id": minor.id, "may_act": true }))
        .await;
    let later = terms(hours_ahead(&app, 72), 60);
    propose_to(&minor, "talent", &others, &later).await.status(201);
    app.pump().await;
}
