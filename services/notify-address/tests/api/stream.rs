//! The live stream, read over real HTTP.

use std::time::Duration;

use chrono::TimeDelta;
use dojob_notify_address::Config;
use serde_json::{Value, json};
use testkit::App;
use uuid::Uuid;

use crate::world::{inbox, notice, start, start_with};

/// One server-sent event.
#[derive(Clone, Debug, PartialEq)]
struct Event {
    id: Option<Uuid>,
    name: String,
    data: Value,
}

/// An open stream.
struct Sse {
    response: reqwest::Response,
    text: String,
    comments: usize,
}

impl Sse {
    async fn open(app: &App, account: Uuid, last: Option<&str>) -> Self {
        Self::of(app, account, app.clock.id(), last).await
    }

    async fn of(app: &App, account: Uuid, session: Uuid, last: Option<&str>) -> Self {
        let token = app.token(account, session);
        let mut request =
            app.client().get(format!("{}/api/notifications/stream", app.base)).bearer_auth(token);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self { response, text: String::new(), comments: 0 }
    }

    /// The next event; `None` when the stream has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.event() {
                return Some(event);
            }
            if !self.read().await {
                return None;
            }
        }
    }

    /// The next event of what was read; counts the comments before it.
    fn event(&mut self) -> Option<Event> {
        loop {
            let (block, rest) =
                self.text.split_once("\n\n").map(|(block, rest)| (block.to_owned(), rest.to_owned()))?;
            self.text = rest;
            if block.starts_with(':') {
                self.comments += 1;
                continue;
            }
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            return Some(Event {
                id: field("id:").map(|id| id.parse().unwrap()),
                name: field("event:").unwrap().to_owned(),
                data: serde_json::from_str(field("data:").unwrap()).unwrap(),
            });
        }
    }

    /// Reads on; false when the stream has ended.
    async fn read(&mut self) -> bool {
        let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk()).await;
        let chunk = chunk.expect("the stream sends something").unwrap();
        if let Some(bytes) = &chunk {
            self.text.push_str(std::str::from_utf8(bytes).unwrap());
        }
        chunk.is_some()
    }

    async fn unread(&mut self) -> i64 {
        let event = self.next().await.unwrap();
        assert_eq!(event.name, "unread", "{event:?}");
        event.data["count"].as_i64().unwrap()
    }

    async fn notice(&mut self) -> Event {
        let event = self.next().await.unwrap();
        assert_eq!(event.name, "notice", "{event:?}");
        assert_eq!(event.data["id"], json!(event.id.unwrap()));
        event
    }
}

impl Sse {
    /// The next notice, whatever counts come before it: those of earlier notices may still be on their way.
    async fn next_notice(&mut self) -> Event {
        loop {
            let event = self.next().await.unwrap();
            if event.name != "unread" {
                assert_eq!(event.name, "notice", "{event:?}");
                return event;
            }
        }
    }
}

/// Starts the worker alone: events are pumped, so that the test decides when they move.
fn start_worker(app: &App) {
    for worker in &app.service.workers {
        app.service.cx.tasks.spawn(worker());
    }
}

#[tokio::test]
async fn every_stream_of_a_person_receives_what_was_committed_and_nobody_elses() {
    let app = start().await;
    start_worker(&app);
    let (ana, ben) = (app.clock.id(), app.clock.id());
    let (mut one, mut two) = (Sse::open(&app, ana, None).await, Sse::open(&app, ana, None).await);
    let mut other = Sse::open(&app, ben, None).await;
    for stream in [&mut one, &mut two, &mut other] {
        assert_eq!(stream.unread().await, 0);
    }
    notice(&app, ana).await;
    app.pump().await;
    let stored = inbox(&app, ana).await;
    for stream in [&mut one, &mut two] {
        let told = stream.notice().await;
        assert_eq!(
            told.data,
            json!({ "id": stored[0]["id"], "key": stored[0]["key"], "params": stored[0]["params"] })
        );
        assert_eq!(stream.unread().await, 1);
    }
    app.person(ana).post("/api/notifications/read-all", &json!({})).await.status(204);
    notice(&app, ben).await;
    app.pump().await;
    assert_eq!((one.unread().await, two.unread().await), (0, 0));
    other.notice().await;
    assert_eq!(other.unread().await, 1, "nothing of another person's came before it");
}

#[tokio::test]
async fn a_broken_stream_resumes_without_loss_or_repetition() {
    let app = start().await;
    start_worker(&app);
    let ana = app.clock.id();
    notice(&app, ana).await;
    app.pump().await;
    let mut stream = Sse::open(&app, ana, None).await;
    // Even the first event says where to resume.
    let opening = stream.next().await.unwrap();
    notice(&app, ana).await;
    app.pump().await;
    let first = stream.next_notice().await.id.unwrap();
    drop(stream);

    for _ in 0..3 {
        notice(&app, ana).await;
    }
    app.pump().await;
    let mut resumed = Sse::open(&app, ana, Some(&first.to_string())).await;
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(resumed.notice().await.id.unwrap());
    }
    let last = resumed.next().await.unwrap();
    assert_eq!(
        (last.name.as_str(), &last.data["count"], last.id),
        ("unread", &json!(5), told.last().copied())
    );
    notice(&app, ana).await;
    app.pump().await;
    told.push(resumed.next_notice().await.id.unwrap());

    let mut stored: Vec<Uuid> =
        inbox(&app, ana).await.iter().map(|n| n["id"].as_str().unwrap().parse().unwrap()).collect();
    stored.reverse();
    assert_eq!(told, stored[2..]);
    assert_eq!((opening.id, first), (Some(stored[0]), stored[1]));

    // Somebody who had nothing yet resumes from the beginning.
    let mut fresh = Sse::open(&app, app.clock.id(), None).await;
    assert_eq!(fresh.next().await.unwrap().id, Some(Uuid::nil()));
    let mut all = Sse::open(&app, ana, Some(&Uuid::nil().to_string())).await;
    assert_eq!(all.notice().await.id, Some(stored[0]));
}

#[tokio::test]
async fn what_is_committed_while_a_stream_opens_is_told_once() {
    let app = start().await;
    start_worker(&app);
    let ana = app.clock.id();
    notice(&app, ana).await;
    app.pump().await;
    let first = inbox(&app, ana).await[0]["id"].as_str().unwrap().to_owned();
    // Committed, and not announced yet.
    notice(&app, ana).await;
    let mut resumed = Sse::open(&app, ana, Some(&first)).await;
    let mut new = Sse::open(&app, ana, None).await;
    let told = resumed.notice().await.id;
    assert_eq!((resumed.unread().await, new.unread().await), (2, 2));
    app.pump().await;
    assert_eq!(new.next_notice().await.id, told, "a new client may not have read it");
    notice(&app, ana).await;
    app.pump().await;
    assert_ne!(resumed.next_notice().await.id, told, "told with what was missed, so not again");
}

#[tokio::test]
async fn a_client_that_missed_too_much_is_told_to_reload() {
    let app = start().await;
    let ana = app.clock.id();
    for _ in 0..101 {
        notice(&app, ana).await;
    }
    for last in [Uuid::nil().to_string(), "nonsense".to_owned()] {
        let mut stream = Sse::open(&app, ana, Some(&last)).await;
        assert_eq!(stream.next().await.unwrap().name, "reload");
        assert_eq!(stream.unread().await, 101);
    }
    let hundred = inbox(&app, ana).await;
    let mut stream = Sse::open(&app, ana, Some(hundred[99]["id"].as_str().unwrap())).await;
    for _ in 0..99 {
        stream.notice().await;
    }
}

#[tokio::test]
async fn the_stream_ends_with_the_token() {
    let app = start().await;
    start_worker(&app);
    let ana = app.clock.id();
    let mut stream = Sse::open(&app, ana, None).await;
    stream.unread().await;
    app.clock.advance(TimeDelta::minutes(9));
    notice(&app, ana).await;
    app.pump().await;
    stream.notice().await;
    stream.unread().await;
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(stream.next().await, None);
    // By time alone too, without the clock being moved.
    let now = app.clock.now();
    let token = app.sign(ana, app.clock.id(), now, now + TimeDelta::seconds(2));
    let response = app.client().get(format!("{}/api/notifications/stream", app.base)).bearer_auth(token);
    let mut short = Sse { response: response.send().await.unwrap(), text: String::new(), comments: 0 };
    short.unread().await;
    assert_eq!(short.next().await, None);
}

#[tokio::test]
async fn the_stream_ends_when_the_server_goes_away() {
    let app = start().await;
    start_worker(&app);
    let mut stream = Sse::open(&app, app.clock.id(), None).await;
    stream.unread().await;
    app.service.cx.tasks.draining().cancel();
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn streams_end_to_resume_when_events_were_missed() {
    let app = start().await;
    // Subscribed from now on, and not run yet.
    let workers: Vec<_> = app.service.workers.iter().map(|worker| worker()).collect();
    let ana = app.clock.id();
    let mut stream = Sse::open(&app, ana, None).await;
    stream.unread().await;
    let more_than_it_can_hold = "INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
        SELECT gen_random_uuid(), 'dojob.notify-address.notification.v1', 'NoticesRead', gen_random_uuid(), n, now(), \
        '{}', jsonb_build_object('account_id', gen_random_uuid()) FROM generate_series(1, 5000) n";
    app.pump().await;
    app.db.superuser().await.batch_execute(more_than_it_can_hold).await.unwrap();
    app.pump().await;
    for worker in workers {
        app.service.cx.tasks.spawn(worker);
    }
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn beyond_the_limit_the_oldest_stream_is_ended() {
    let app = start_with(Config { streams_per_account: 2, ..Config::default() }).await;
    start_worker(&app);
    let ana = app.clock.id();
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = Sse::open(&app, ana, None).await;
        stream.unread().await;
        streams.push(stream);
    }
    assert_eq!(streams[0].next().await, None);
    notice(&app, ana).await;
    app.pump().await;
    streams[1].notice().await;
    streams[2].notice().await;
}

#[tokio::test]
async fn a_silent_stream_sends_signs_of_life() {
    let app = start_with(Config { heartbeat: Duration::from_millis(50), ..Config::default() }).await;
    start_worker(&app);
    let ana = app.clock.id();
    let mut stream = Sse::open(&app, ana, None).await;
    stream.unread().await;
    // Nothing but signs of life comes until there is something to tell.
    let silent = async {
        while stream.comments < 2 {
            stream.read().await;
            assert_eq!(stream.event(), None);
        }
    };
    tokio::time::timeout(Duration::from_secs(10), silent).await.expect("signs of life");
    notice(&app, ana).await;
    app.pump().await;
    stream.notice().await;
}

#[tokio::test]
async fn it_also_works_with_everything_running_by_itself() {
    let app = start().await;
    app.start_workers();
    let ana = app.clock.id();
    let mut stream = Sse::open(&app, ana, None).await;
    assert_eq!(stream.unread().await, 0);
    for n in 1..=20 {
        notice(&app, ana).await;
        stream.notice().await;
        assert_eq!(stream.unread().await, n);
    }
    app.service.cx.tasks.stop(Duration::from_secs(5)).await;
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn an_ended_device_session_has_no_stream_and_gets_none() {
    let app = start().await;
    app.start_workers();
    let (ana, elsewhere) = (app.member(), app.clock.id());
    let mut ended = Sse::of(&app, ana.id, ana.session, None).await;
    let mut other = Sse::of(&app, ana.id, elsewhere, None).await;
    assert_eq!((ended.unread().await, other.unread().await), (0, 0));
    app.revoke(ana.id, ana.session).await;
    let closed = tokio::time::timeout(Duration::from_secs(5), ended.next()).await;
    assert_eq!(closed, Ok(None));
    assert_eq!(ana.get("/api/notifications/stream").await.problem(401), "token.revoked");
    assert_eq!(ana.get("/api/notifications").await.problem(401), "token.revoked");
    notice(&app, ana.id).await;
    other.next_notice().await;
}
