use dojob_auth::DemoAccount;
use reqwest::Method;
use serde_json::json;

use crate::{start, start_with};

fn minji() -> DemoAccount {
    let [name, email, password] = ["민지", "minji@dojob.example", "demo password"].map(str::to_owned);
    DemoAccount { name, email, password }
}

#[tokio::test]
async fn the_people_of_the_demo_are_shown_on_its_own_machine() {
    let app = start_with(|config| config.demo = vec![minji()]).await;
    let body = app.nobody().get("/api/auth/demo").await.status(200);
    let expected = json!({ "name": "민지", "email": "minji@dojob.example", "password": "demo password" });
    assert_eq!(body, json!({ "items": [expected] }));
}

#[tokio::test]
async fn a_request_that_was_passed_on_does_not_see_them() {
    let app = start_with(|config| config.demo = vec![minji()]).await;
    for header in
        [("x-forwarded-for", "203.0.113.7"), ("x-forwarded-for", "127.0.0.1"), ("forwarded", "for=127.0.0.1")]
    {
        let answer = app.nobody().send(Method::GET, "/api/auth/demo", None, &[header]).await;
        assert_eq!(answer.problem(404), "request.not_found");
    }
}

#[tokio::test]
async fn outside_the_demo_there_is_nobody_to_show() {
    let app = start().await;
    assert_eq!(app.nobody().get("/api/auth/demo").await.problem(404), "request.not_found");
}
