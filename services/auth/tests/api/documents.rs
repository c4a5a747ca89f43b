use serde_json::json;

use crate::{VERSION, start};

#[tokio::test]
async fn the_documents_are_listed_with_their_versions() {
    let app = start().await;
    let answer = app.nobody().get("/api/auth/documents").await;
    let row = |doc: &str, required: bool| json!({ "doc": doc, "version": VERSION, "required": required });
    assert_eq!(
        answer.status(200),
        json!({ "items": [row("terms", true), row("privacy", true), row("news", false)] })
    );
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
}

#[tokio::test]
async fn every_document_can_be_read_in_both_languages() {
    let app = start().await;
    for (doc, ko, en) in [
        ("terms", "이용약관", "Terms of use"),
        (
            "privacy",
            "개인정보 처리방침과 수집·이용 동의",
            "Privacy policy, and consent to the collection and use of personal data",
        ),
        ("news", "소식 받기 동의 (선택)", "Consent to news (optional)"),
    ] {
        for (query, lang, title) in [("", "ko", ko), ("?lang=ko", "ko", ko), ("?lang=en", "en", en)] {
            let body = app.nobody().get(&format!("/api/auth/documents/{doc}{query}")).await.status(200);
            assert_eq!(
                (&body["doc"], &body["lang"], &body["title"]),
                (&json!(doc), &json!(lang), &json!(title))
            );
            assert_eq!(body["version"], VERSION);
            let sections = body["sections"].as_array().unwrap();
            assert!(
                sections.len() >= 3
                    && sections.iter().all(|s| !s["paragraphs"][0].as_str().unwrap().is_empty())
            );
        }
    }
}

#[tokio::test]
async fn other_documents_and_languages_are_not_there() {
    let app = start().await;
    assert_eq!(app.nobody().get("/api/auth/documents/cookies").await.problem(404), "request.not_found");
    assert_eq!(
        app.nobody().get("/api/auth/documents/terms?lang=fr").await.problem(400),
        "request.unreadable"
    );
    assert_eq!(
        app.nobody().get("/api/auth/documents/terms?language=ko").await.problem(400),
        "request.unreadable"
    );
}
