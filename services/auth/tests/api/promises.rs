//! What the legal texts promise, and what keeps it: a sentence that nothing here keeps is not true, and one that is changed
//! without its keeper fails.

use std::path::Path;

use crate::start;

/// Document, words of its Korean text, and a file with what keeps them: the test, the operation or the number.
const PROMISES: &[(&str, &str, &str, &str)] = &[
    (
        "terms",
        "적은 내용도 저장하지 않아요",
        "services/auth/tests/api/sign_up.rs",
        "fn whoever_is_under_fourteen_leaves_no_trace",
    ),
    (
        "terms",
        "그 나이가 될 때까지 글을 올리거나 시간을 제안할 수 없어요",
        "services/core/tests/api/membership.rs",
        "fn who_is_not_old_enough_uses_it_but_neither_publishes_nor_proposes",
    ),
    (
        "terms",
        "두 사람이 모두 함께했다고 확인했을 때만 기록돼요",
        "services/core/src/engagement/domain/outcome.rs",
        "(\"H-\", \"lapsed\")",
    ),
    (
        "terms",
        "두 사람의 말이 다르면 기록하지 않고 멈춰 두어요",
        "services/core/src/engagement/domain/outcome.rs",
        "(\"HN\", \"dispute\")",
    ),
    (
        "terms",
        "동의하면 이어서 쓸 수 있어요",
        "services/auth/tests/api/agree.rs",
        "fn who_has_not_agreed_to_the_text_of_today_can_only_agree_read_and_leave",
    ),
    (
        "terms",
        "누가 어느 버전에 동의했는지 기록해요",
        "services/auth/tests/api/agree.rs",
        "the older word stays",
    ),
    ("terms", "서비스 안에서 알려요", "web/src/features/membership/parts/ComingTerms.tsx", "version > today"),
    (
        "terms",
        "로그인한 기기는 설정에서 볼 수 있고",
        "services/auth/src/device_session/list_devices.rs",
        "#[get(\"/devices\")]",
    ),
    (
        "privacy",
        "비밀번호는 되돌릴 수 없는 값(argon2id 해시)으로만 저장해요",
        "services/auth/tests/api/sign_up.rs",
        "fn neither_password_nor_token_nor_address_is_stored_as_it_is",
    ),
    (
        "privacy",
        "나이를 확인하고 동의하기 전에는 아무것도 저장하지 않아요",
        "services/auth/tests/api/by_provider/sign_up.rs",
        "fn nothing_is_stored_of_who_has_not_agreed",
    ),
    (
        "privacy",
        "생년월일은 다른 회원에게 보이지 않아요",
        "services/auth/tests/api/agree.rs",
        "fn whether_somebody_may_act_is_told_when_it_changes_and_their_birthday_is_not",
    ),
    (
        "privacy",
        "그 기기를 마지막으로 쓴 날부터 30일",
        "services/auth/src/device_session/domain.rs",
        "const IDLE: TimeDelta = TimeDelta::days(30);",
    ),
    (
        "privacy",
        "알아보는 쿠키는 400일 동안 브라우저에만",
        "services/auth/src/device_session/known.rs",
        "const AGE: TimeDelta = TimeDelta::days(400);",
    ),
    (
        "privacy",
        "하루 안에 없어져요",
        "services/auth/src/pending/domain.rs",
        "const LIFE: TimeDelta = TimeDelta::hours(24);",
    ),
    (
        "privacy",
        "저장하거나 기록(로그)에 남기지 않아요",
        "services/notify-address/src/address/nearest.rs",
        "#[post(\"/nearest\")]",
    ),
    (
        "privacy",
        "받는 주소를 7일",
        "services/auth/src/mail/domain.rs",
        "const KEEP: TimeDelta = TimeDelta::days(7);",
    ),
    (
        "privacy",
        "주소 없이 30일",
        "services/notify-address/src/mail/forget.rs",
        "const KEEP: TimeDelta = TimeDelta::days(30);",
    ),
    (
        "news",
        "설정에서 언제든 한 번에 거둘 수 있어요",
        "services/auth/tests/api/set_news.rs",
        "fn news_are_agreed_to_and_taken_back_and_every_word_is_kept",
    ),
    (
        "news",
        "2년이 지나면 계속 받을지 다시 여쭤봐요",
        "services/auth/tests/api/agree.rs",
        "fn news_are_asked_for_again_after_two_years",
    ),
];

#[tokio::test]
async fn every_promise_is_in_its_text_and_something_keeps_it() {
    let app = start().await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (doc, words, file, keeper) in PROMISES {
        let text = app.nobody().get(&format!("/api/auth/documents/{doc}")).await.status(200).to_string();
        assert!(text.contains(words), "{doc} does not say it any more: {words}");
        let source = std::fs::read_to_string(root.join(file)).unwrap();
        assert!(source.contains(keeper), "nothing keeps it any more: {words} ({file}: {keeper})");
    }
}

/// The law asks for these to be reachable without an account, and to say who is responsible.
#[tokio::test]
async fn anybody_reads_who_runs_it() {
    let app = crate::start_with(|config| {
        config.operator.name = "도와요 주식회사".to_owned();
        config.operator.privacy_officer = "김보호 privacy@dojob.example".to_owned();
    })
    .await;
    for (doc, expected) in [
        ("terms", vec!["도와요 주식회사"]),
        ("privacy", vec!["도와요 주식회사", "김보호 privacy@dojob.example"]),
    ] {
        for lang in ["ko", "en"] {
            let path = format!("/api/auth/documents/{doc}?lang={lang}");
            let text = app.nobody().get(&path).await.status(200).to_string();
            for words in &expected {
                assert!(text.contains(words), "{doc} {lang}: {words}");
            }
        }
    }
}
