use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use testkit::App;
use uuid::Uuid;

use crate::{LoggedIn, PASSWORD, dump, kinds_to, log_in, published, sign_up, start, try_log_in};

const EMAIL: &str = "minji@dojob.example";

const PATH: &str = "/api/auth/account/leaving";

/// Asks for the account's end; when that is.
async fn leave(device: &LoggedIn<'_>) -> DateTime<Utc> {
    let answer = device.member.post(PATH, &json!({})).await.status(202);
    answer["erase_at"].as_str().unwrap().parse().unwrap()
}

/// The events of leaving that were published, in their order.
async fn told(app: &App) -> Vec<(String, Value)> {
    let kinds = ["AccountDeletionScheduled", "AccountDeletionCancelled", "AccountErasureRequested"];
    let all = published(app).await;
    all.into_iter().filter(|(kind, _)| kinds.contains(&kind.as_str())).collect()
}

/// A service says that it has erased.
async fn receipt(app: &App, service: &str, account: Uuid) {
    let topic = format!("dojob.{service}.leaving.v1");
    app.feed(&topic, "PersonalDataErased", account, 9, json!({ "account_id": account })).await;
}

/// Fourteen days and the quarter of an hour in which the last tokens run out.
async fn time_passes(app: &App) {
    app.clock.advance(TimeDelta::days(14));
    app.pump().await;
    app.clock.advance(TimeDelta::minutes(15));
    app.pump().await;
}

async fn ledger(app: &App) -> Vec<(Uuid, bool)> {
    let sql = "SELECT account_id::text, erased_at IS NOT NULL FROM erasures ORDER BY 1";
    let rows = app.db.superuser().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get::<_, &str>(0).parse().unwrap(), row.get(1))).collect()
}

#[tokio::test]
async fn who_leaves_is_logged_out_everywhere_and_told_by_mail() {
    let app = start().await;
    let (laptop, phone) = (sign_up(&app, EMAIL).await, log_in(&app, EMAIL).await);
    let now = app.clock.now();
    let erase_at = leave(&laptop).await;
    assert!(erase_at - now >= TimeDelta::days(14) && erase_at - now < TimeDelta::days(15), "{erase_at}");
    assert_eq!(laptop.refresh().await.problem(401), "session.revoked");
    assert_eq!(phone.member.get("/api/auth/account").await.problem(401), "session.revoked");
    assert_eq!(kinds_to(&app, EMAIL).await.last().unwrap(), "deletion_scheduled");
    let told = told(&app).await;
    let expected = json!({ "account_id": laptop.account, "erase_at": told[0].1["erase_at"] });
    assert_eq!(told, [("AccountDeletionScheduled".to_owned(), expected)]);
}

#[tokio::test]
async fn the_log_in_says_until_when_it_can_be_taken_back_and_then_it_is() {
    let app = start().await;
    let erase_at = leave(&sign_up(&app, EMAIL).await).await;
    app.clock.advance(TimeDelta::days(13));
    app.pump().await;
    let answer = try_log_in(&app, EMAIL, PASSWORD).await;
    let shown: DateTime<Utc> = answer.status(200)["account"]["erase_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(shown.timestamp(), erase_at.timestamp());
    let device = LoggedIn::of(&app, &answer, 200);
    device.member.delete(PATH).await.status(204);
    // And again: nothing is left to be taken back.
    device.member.delete(PATH).await.status(204);
    assert_eq!(device.refresh().await.status(200)["account"]["erase_at"], Value::Null);
    app.clock.advance(TimeDelta::days(30));
    app.pump().await;
    try_log_in(&app, EMAIL, PASSWORD).await.status(200);
    let kinds: Vec<_> = told(&app).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["AccountDeletionScheduled", "AccountDeletionCancelled"]);
}

#[tokio::test]
async fn asking_again_keeps_the_day() {
    let app = start().await;
    let first = leave(&sign_up(&app, EMAIL).await).await;
    app.clock.advance(TimeDelta::days(3));
    app.pump().await;
    let second = leave(&log_in(&app, EMAIL).await).await;
    assert_eq!(first.timestamp(), second.timestamp());
    assert_eq!(told(&app).await.len(), 1);
}

#[tokio::test]
async fn only_who_has_just_proved_to_be_the_owner_ends_an_account() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    app.clock.advance(TimeDelta::minutes(6));
    let device = device.refreshed().await;
    assert_eq!(device.member.post(PATH, &json!({})).await.problem(403), "proof.needed");
    assert_eq!(told(&app).await, []);
    // A log-in of a moment ago is a proof.
    log_in(&app, EMAIL).await.member.post(PATH, &json!({})).await.status(202);
    app.pump().await;
}

#[tokio::test]
async fn nobody_logs_in_after_the_last_day_and_everybody_is_asked_to_erase_once_no_token_is_left() {
    let app = start().await;
    leave(&sign_up(&app, EMAIL).await).await;
    app.clock.advance(TimeDelta::days(13));
    app.pump().await;
    let late = log_in(&app, EMAIL).await;
    app.clock.advance(TimeDelta::days(1));
    // Also before the timer has run.
    assert_eq!(try_log_in(&app, EMAIL, PASSWORD).await.problem(409), "account.erasing");
    app.pump().await;
    assert_eq!(late.refresh().await.problem(401), "session.revoked");
    assert_eq!(told(&app).await.len(), 1, "a token of a moment ago may still write");
    app.clock.advance(TimeDelta::minutes(11));
    let told = told(&app).await;
    assert_eq!(told[1], ("AccountErasureRequested".to_owned(), json!({ "account_id": late.account })));
    assert_eq!(ledger(&app).await, [(late.account, false)]);
    // The address is not free before its owner is gone.
    assert_eq!(try_log_in(&app, EMAIL, PASSWORD).await.problem(409), "account.erasing");
}

#[tokio::test]
async fn the_own_rows_go_with_the_last_receipt_and_a_line_of_the_ledger_stays() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    let account = device.account;
    let link = "INSERT INTO credentials VALUES (gen_random_uuid(), $1::text::uuid, 'https://kauth.kakao.com', 'subject-of-minji', now(), now())";
    app.db.superuser().await.execute(link, &[&account.to_string()]).await.unwrap();
    let other = sign_up(&app, "other@dojob.example").await;
    leave(&device).await;
    time_passes(&app).await;
    receipt(&app, "core", account).await;
    receipt(&app, "notify-address", account).await;
    receipt(&app, "core", account).await;
    assert!(dump(&app).await.contains(EMAIL), "one service has not answered yet");
    receipt(&app, "chat", account).await;
    let left = dump(&app).await;
    for needle in [EMAIL, "subject-of-minji"] {
        assert!(!left.contains(needle), "{needle} is left in\n{left}");
    }
    assert_eq!(ledger(&app).await, [(account, true)]);
    assert!(left.contains("other@dojob.example"), "nobody else is touched: {}", other.account);
    // Whoever comes back is somebody new.
    assert_ne!(sign_up(&app, EMAIL).await.account, account);
    app.pump().await;
}

#[tokio::test]
async fn receipts_that_come_at_once_end_it_once() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    leave(&device).await;
    time_passes(&app).await;
    let account = device.account;
    futures_util::join!(
        receipt(&app, "core", account),
        receipt(&app, "chat", account),
        receipt(&app, "notify-address", account)
    );
    assert_eq!(ledger(&app).await, [(account, true)]);
}

#[tokio::test]
async fn a_receipt_that_is_late_is_missed_each_hour_until_it_comes() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    leave(&device).await;
    time_passes(&app).await;
    receipt(&app, "core", device.account).await;
    receipt(&app, "notify-address", device.account).await;
    let missed = || -> Vec<String> {
        let text = app.service.cx.metrics.text();
        let lines = text.lines().filter(|line| line.starts_with("dojob_late_receipts_total{"));
        lines.filter(|line| !line.ends_with(" 0")).map(str::to_owned).collect()
    };
    assert_eq!(missed(), Vec::<String>::new());
    for hours in 1..3 {
        app.clock.advance(TimeDelta::hours(1));
        app.pump().await;
        assert_eq!(missed(), [format!("dojob_late_receipts_total{{service=\"chat\"}} {hours}")]);
    }
    receipt(&app, "chat", device.account).await;
    app.clock.advance(TimeDelta::hours(2));
    app.pump().await;
    assert_eq!(missed().len(), 1);
    assert!(missed()[0].ends_with(" 2"), "{:?}", missed());
    assert_eq!(ledger(&app).await, [(device.account, true)]);
}

#[tokio::test]
async fn a_database_that_is_older_than_the_receipts_gives_nobody_back() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    for service in ["core", "chat", "notify-address"] {
        receipt(&app, service, device.account).await;
    }
    assert!(!dump(&app).await.contains(EMAIL));
    assert_eq!(ledger(&app).await, [(device.account, true)]);
}

#[tokio::test]
async fn the_ledger_of_another_database_is_applied_as_the_runbook_says() {
    let app = start().await;
    let device = sign_up(&app, EMAIL).await;
    // docs/runbooks/restore.md
    let sql = "INSERT INTO job (id, kind, key, run_at, payload) \
               SELECT gen_random_uuid(), 'leaving.close', id::text, now(), 'null' FROM accounts";
    app.db.superuser().await.execute(sql, &[]).await.unwrap();
    app.pump().await;
    assert_eq!(device.refresh().await.problem(401), "session.revoked");
    assert_eq!(try_log_in(&app, EMAIL, PASSWORD).await.problem(409), "account.erasing");
    app.clock.advance(TimeDelta::minutes(11));
    let kinds: Vec<_> = told(&app).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["AccountErasureRequested"]);
}
