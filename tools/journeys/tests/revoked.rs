//! A device that was logged out from another one.

use std::time::Duration;

use dojob_journeys::{Fixture, PASSWORD, Person};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn whoever_is_thrown_out_is_out_of_every_service() {
    let fixture = Fixture::start().await;
    let minji = fixture.neighbour("민지", "망원동").await;
    let device = async || {
        let mut device = fixture.visitor();
        device.email.clone_from(&minji.email);
        device.log_in().await;
        device
    };
    let (one, two, three) = (device().await, device().await, device().await);
    fixture.run().await;
    let paths = ["/api/core/me", "/api/chat/conversations", "/api/notifications", "/api/auth/account"];
    let is_out = async |who: &Person<'_>| {
        let since = std::time::Instant::now();
        for path in paths {
            loop {
                let (status, answer) = who.ask(path).await;
                if status == 401 {
                    let code = answer["code"].as_str().unwrap().to_owned();
                    assert!(["token.revoked", "session.revoked"].contains(&code.as_str()), "{path}: {code}");
                    break;
                }
                assert!(since.elapsed() < Duration::from_secs(5), "{path} still answers {status}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    };
    let removed = two.get("/api/auth/devices", 200).await["items"][0]["id"].as_str().unwrap().to_owned();
    minji.call(Method::DELETE, &format!("/api/auth/devices/{removed}"), None, 204).await;
    is_out(&three).await;
    let change = json!({ "current": PASSWORD, "new": "또 다른 긴 비밀번호 하나" });
    minji.post("/api/auth/account/password", change, 204).await;
    is_out(&one).await;
    is_out(&two).await;
    for path in paths {
        minji.get(path, 200).await;
    }
    minji.post("/api/auth/logout-all", json!({}), 204).await;
    is_out(&minji).await;
}
