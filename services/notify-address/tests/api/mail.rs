//! Mails, against a real mail server and an auth that gives them out.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use chrono::TimeDelta;
use dojob_notify_address::{Config, MailConfig, build};
use mailbox::{Mailbox, Mood};
use serde_json::{Value, json};
use testkit::{App, Hosted};
use uuid::Uuid;

use crate::world::{SCHEMA, rows};

const MAIL: &str = "dojob.auth.mail.v1";

const KEY: &str = "a key that only services of ours have";

const TO: &str = "minji@dojob.example";

/// The service with its mail server and its auth.
struct Office {
    app: App,
    mailbox: Mailbox,
    auth: Arc<Mutex<Auth>>,
    _auth: Hosted,
}

/// What auth answers.
#[derive(Debug)]
struct Auth {
    status: u16,
    mail: Value,
    asked: usize,
}

fn mail(kind: &str, link: Option<&str>) -> Value {
    let mut mail = json!({
        "to": TO, "locale": "ko", "kind": kind,
        "params": {
            "at": "2026-12-03T07:20:00Z", "device": "Chrome · Windows",
            "devices": "https://dojob.example/me/devices", "forgotten": "https://dojob.example/forgotten",
        },
    });
    if let Some(link) = link {
        mail["params"]["link"] = link.into();
        mail["params"]["minutes"] = 30.into();
    }
    mail
}

impl Office {
    async fn open() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut MailConfig)) -> Self {
        let gives = mail("reset_password", Some("https://dojob.example/reset#AAAA"));
        let auth = Arc::new(Mutex::new(Auth { status: 200, mail: gives, asked: 0 }));
        let answering = auth.clone();
        let hosted = Hosted::start(move |config| {
            let answering = answering.clone();
            let answer = move |request: HttpRequest| {
                let answering = answering.clone();
                async move {
                    let mut auth = answering.lock().unwrap();
                    auth.asked += 1;
                    let shown = request.headers().get("authorization").and_then(|v| v.to_str().ok());
                    let is_known = shown == Some(format!("Internal {KEY}").as_str());
                    let status = if is_known { auth.status } else { 401 };
                    HttpResponse::build(StatusCode::from_u16(status).unwrap()).json(&auth.mail)
                }
            };
            config.route("/internal/auth/mails/{id}", web::get().to(answer));
        });
        let mailbox = Mailbox::start().unwrap();
        let mut mail = MailConfig {
            smtp: Some(mailbox.url().into()),
            from: "두잡 <hello@dojob.example>".to_owned(),
            auth: hosted.base.clone(),
            internal_key: Some(KEY.into()),
            ..MailConfig::default()
        };
        change(&mut mail);
        let config = Config { mail, ..Config::default() };
        let app = App::start(&SCHEMA, |shared| build(config, shared)).await;
        Self { app, mailbox, auth, _auth: hosted }
    }

    fn answers(&self, status: u16, mail: Value) {
        let mut auth = self.auth.lock().unwrap();
        (auth.status, auth.mail) = (status, mail);
    }

    /// A mail is asked for, and whatever is due is done.
    async fn request(&self) -> Uuid {
        let id = self.app.clock.id();
        self.app.feed(MAIL, "MailRequested", id, 1, json!({ "mail_id": id, "kind": "reset_password" })).await;
        self.app.pump().await;
        id
    }

    /// `state attempts answer cause` of every delivery.
    async fn deliveries(&self) -> Vec<String> {
        let sql = "SELECT concat_ws(' ', state, attempts, coalesce(answer::text, '-'), coalesce(cause, '-')) \
                   FROM mail.deliveries ORDER BY requested_at, mail_id";
        rows(&self.app, sql).await
    }

    async fn later(&self, wait: TimeDelta) {
        self.app.clock.advance(wait);
        self.app.pump().await;
    }
}

#[tokio::test]
async fn a_mail_is_sent_as_text_and_as_html() {
    let office = Office::open().await;
    let id = office.request().await;
    let mails = office.mailbox.mails();
    let [mail] = mails.as_slice() else { panic!("one mail: {mails:?}") };
    assert_eq!((mail.to.as_slice(), mail.from.as_str()), ([TO.to_owned()].as_slice(), "hello@dojob.example"));
    assert_eq!(mail.subject, "[두잡] 비밀번호를 새로 정해 주세요");
    assert_eq!(mail.message_id, format!("{id}@dojob.example"));
    assert_eq!(mail.link(), Some("https://dojob.example/reset#AAAA"));
    assert!(mail.plain.contains("12월 3일 오후 4:20에") && mail.plain.contains("30분"), "{}", mail.plain);
    assert!(mail.html.contains("새 비밀번호 정하기"), "{}", mail.html);
    assert_eq!(office.deliveries().await, ["sent 1 250 -"]);
}

#[tokio::test]
async fn nothing_that_is_kept_tells_to_whom() {
    let office = Office::open().await;
    office.mailbox.behave(Mood::Refuses(550));
    office.request().await;
    let kept = rows(&office.app, "SELECT d::text FROM mail.deliveries d").await.join("\n");
    let jobs = rows(&office.app, "SELECT j::text FROM job j").await.join("\n");
    for word in ["minji", "AAAA", "Chrome"] {
        assert!(!kept.contains(word) && !jobs.contains(word), "{word}: {kept} {jobs}");
    }
}

#[tokio::test]
async fn an_event_that_comes_twice_is_one_mail() {
    let office = Office::open().await;
    let id = office.app.clock.id();
    let data = json!({ "mail_id": id, "kind": "reset_password" });
    let record = office.app.record(MAIL, "MailRequested", id, 1, data);
    office.app.feed_record(&record).await;
    office.app.pump().await;
    office.app.db.superuser().await.batch_execute("DELETE FROM processed_event").await.unwrap();
    office.app.feed_record(&record).await;
    office.app.pump().await;
    assert_eq!(office.mailbox.mails().len(), 1);
}

#[tokio::test]
async fn a_server_that_refuses_for_good_is_asked_once() {
    let office = Office::open().await;
    office.mailbox.behave(Mood::Refuses(550));
    office.request().await;
    assert_eq!(office.deliveries().await, ["failed 1 550 refused"]);
    office.mailbox.behave(Mood::Accepts);
    office.later(TimeDelta::hours(2)).await;
    assert_eq!(office.mailbox.mails().len(), 0);
}

#[tokio::test]
async fn a_server_that_cannot_now_is_asked_again_later_and_later() {
    let office = Office::open().await;
    office.mailbox.behave(Mood::Refuses(450));
    office.request().await;
    assert_eq!(office.deliveries().await, ["queued 1 450 not_now"]);
    office.later(TimeDelta::seconds(11)).await;
    assert_eq!(office.deliveries().await, ["queued 2 450 not_now"]);
    office.later(TimeDelta::seconds(11)).await;
    assert_eq!(office.deliveries().await, ["queued 2 450 not_now"], "twenty seconds the second time");
    office.mailbox.behave(Mood::Accepts);
    office.later(TimeDelta::seconds(10)).await;
    assert_eq!(office.deliveries().await, ["sent 3 250 -"]);
    assert_eq!(office.mailbox.mails().len(), 1);
}

#[tokio::test]
async fn a_mail_that_nobody_takes_is_given_up_after_a_day() {
    let office = Office::with(|mail| mail.smtp = None).await;
    office.request().await;
    for _ in 0..40 {
        office.later(TimeDelta::hours(1)).await;
    }
    let deliveries = office.deliveries().await;
    assert!(deliveries[0].starts_with("failed") && deliveries[0].ends_with("- no_server"), "{deliveries:?}");
}

/// The server has the mail, and takes its time to say so: whoever gives up too early sends it twice.
#[tokio::test]
async fn a_server_that_accepts_slowly_gets_a_mail_once() {
    let office = Office::open().await;
    office.mailbox.behave(Mood::AcceptsSlowly(Duration::from_secs(3)));
    office.request().await;
    office.later(TimeDelta::hours(1)).await;
    assert_eq!(office.mailbox.mails().len(), 1);
    assert_eq!(office.deliveries().await, ["sent 1 250 -"]);
}

/// Nobody can know whether the server has it: it is sent again, and boxes fold the two by their `Message-ID`.
#[tokio::test]
async fn an_answer_that_is_lost_makes_the_same_mail_again() {
    let office = Office::open().await;
    office.mailbox.behave(Mood::HangsUp);
    office.request().await;
    assert_eq!(office.deliveries().await, ["queued 1 - unreachable"]);
    office.mailbox.behave(Mood::Accepts);
    office.later(TimeDelta::seconds(11)).await;
    let ids: Vec<_> = office.mailbox.mails().into_iter().map(|mail| mail.message_id).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(office.deliveries().await, ["sent 2 250 -"]);
}

/// A connection that was given up on waits for an answer: the next mail must not take that for its own.
#[tokio::test]
async fn what_was_given_up_on_is_no_answer_to_the_next() {
    let office = Office::with(|mail| mail.patience = Duration::from_millis(300)).await;
    office.mailbox.behave(Mood::AcceptsSlowly(Duration::from_secs(2)));
    office.request().await;
    assert_eq!(office.deliveries().await, ["queued 1 - too_slow"]);
    office.mailbox.behave(Mood::Refuses(550));
    tokio::time::sleep(Duration::from_secs(2)).await;
    office.later(TimeDelta::seconds(11)).await;
    assert_eq!(office.deliveries().await, ["failed 2 550 refused"]);
}

/// Two processes, or one that was started again while the other still waits for the mail server.
#[tokio::test]
async fn nobody_sends_what_somebody_else_is_sending() {
    let office = Office::open().await;
    let id = office.app.clock.id();
    office.app.feed(MAIL, "MailRequested", id, 1, json!({ "mail_id": id, "kind": "reset_password" })).await;
    let taken = "UPDATE mail.deliveries SET state = 'sending', attempts = 1, leased_until = now() + interval '5 minutes'";
    office.app.db.superuser().await.batch_execute(taken).await.unwrap();
    office.app.pump().await;
    assert_eq!(office.mailbox.mails().len(), 0);
    office.later(TimeDelta::minutes(6)).await;
    assert_eq!(office.mailbox.mails().len(), 1, "whoever had it is dead");
    assert_eq!(office.deliveries().await, ["sent 2 250 -"]);
}

#[tokio::test]
async fn a_mail_that_auth_does_not_give_out_is_not_sent() {
    let office = Office::open().await;
    office.answers(404, json!({}));
    office.request().await;
    assert_eq!(office.deliveries().await, ["failed 1 - gone"]);
    office.answers(503, json!({}));
    office.request().await;
    assert_eq!(office.deliveries().await[1], "queued 1 - no_auth");
    office.answers(200, mail("new_device", None));
    office.later(TimeDelta::seconds(11)).await;
    assert_eq!(office.deliveries().await[1], "sent 2 250 -");
    assert_eq!(office.mailbox.mails()[0].subject, "[두잡] 새 기기에서 로그인했어요");
}

#[tokio::test]
async fn without_the_key_mails_wait() {
    let office = Office::with(|mail| mail.internal_key = None).await;
    office.request().await;
    assert_eq!(office.deliveries().await, ["queued 1 - no_auth"]);
    assert_eq!((office.mailbox.mails().len(), office.auth.lock().unwrap().asked), (0, 1));
}

/// The address is pulled at every try: a retry goes where mails go now.
#[tokio::test]
async fn a_retry_goes_to_the_address_of_now() {
    let office = Office::open().await;
    office.mailbox.behave(Mood::Refuses(450));
    office.request().await;
    let mut changed = mail("password_changed", None);
    changed["to"] = "new@dojob.example".into();
    office.answers(200, changed);
    office.mailbox.behave(Mood::Accepts);
    office.later(TimeDelta::seconds(11)).await;
    assert_eq!(office.mailbox.mails()[0].to, ["new@dojob.example"]);
}

#[tokio::test]
async fn what_cannot_be_written_or_addressed_is_not_tried_for_a_day() {
    let office = Office::open().await;
    office.answers(200, mail("reset_password", None));
    office.request().await;
    let mut nowhere = mail("password_changed", None);
    nowhere["to"] = "not an address".into();
    office.answers(200, nowhere);
    office.request().await;
    assert_eq!(office.deliveries().await, ["failed 1 - unwritable", "failed 1 - unwritable"]);
}

#[tokio::test]
async fn deliveries_are_forgotten_after_thirty_days() {
    let office = Office::open().await;
    office.request().await;
    office.later(TimeDelta::days(30)).await;
    assert_eq!(office.deliveries().await, Vec::<String>::new());
}
