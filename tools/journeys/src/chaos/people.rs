//! People at their devices. When an answer is lost they ask again with the same key until there is one.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use common::time::Clock;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::ledger::{Ledger, Write};

/// How long somebody asks again. A database that is lost and restored takes minutes.
const PATIENCE: Duration = Duration::from_mins(5);

const PASSWORD: &str = "세 개의 코드로 한 곡";

/// What everybody shares: where the program is, what it acknowledged, and what was answered unexpectedly.
pub struct Site {
    base: String,
    pub ledger: Ledger,
    clock: Clock,
    hours: AtomicU64,
    tolerance: Tolerance,
    /// Odd while nobody may be lost: a request is judged by whether the whole of it fell into such a time.
    gentle: AtomicU32,
    closing: AtomicBool,
    lost: AtomicU32,
    numbers: AtomicU32,
    complaints: Mutex<Vec<String>>,
    pace: Option<Pace>,
    meter: Mutex<Meter>,
}

/// How often somebody may ask: requests begin one after another, so many a second.
struct Pace {
    every: Duration,
    next: tokio::sync::Mutex<Instant>,
}

/// What was asked since it was last read.
#[derive(Debug, Default)]
pub struct Meter {
    pub reads: usize,
    pub writes: usize,
    /// Answers that were lost, and those of 500 and above.
    pub failed: usize,
    /// Those of them that no service answered: they were lost, or the balancer answered.
    pub unanswered: usize,
    /// How long each answer took.
    pub took: Vec<Duration>,
}

/// What may become of a request under chaos, besides an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tolerance {
    /// Its program may be gone, and what it answers itself must be right.
    Gone,
    /// The program stays up: no request may find nobody there.
    AlwaysThere,
    /// A balancer stands in between and answers 502, 503 or 504 for a process that is gone.
    Balanced,
    /// Every request is answered, and never with 500 and above.
    Nothing,
}

/// An answer that settles the matter.
pub enum Answer {
    Done(Value),
    /// Nothing happened, and that is how it stays.
    Refused,
}

impl Site {
    pub fn new(base: String, tolerance: Tolerance) -> Self {
        Self {
            base,
            ledger: Ledger::default(),
            clock: Clock::default(),
            hours: AtomicU64::default(),
            tolerance,
            gentle: AtomicU32::default(),
            closing: AtomicBool::default(),
            lost: AtomicU32::default(),
            numbers: AtomicU32::default(),
            complaints: Mutex::default(),
            pace: None,
            meter: Mutex::default(),
        }
    }

    /// Lets so many requests begin in a second, and no more.
    #[must_use]
    pub fn at_most(mut self, a_second: u32) -> Self {
        let every = Duration::from_secs(1) / a_second.max(1);
        self.pace = Some(Pace { every, next: tokio::sync::Mutex::new(Instant::now()) });
        self
    }

    /// Waits for the moment in which the next request may begin.
    async fn turn(&self) {
        let Some(pace) = &self.pace else { return };
        let mut next = pace.next.lock().await;
        // A second that nobody used may be made up for, not more.
        let at = (*next).max(Instant::now().checked_sub(Duration::from_secs(1)).unwrap_or(*next));
        *next = at + pace.every;
        drop(next);
        tokio::time::sleep_until(at.into()).await;
    }

    /// `answered`: the status, and whether a service answered, in JSON.
    fn count(&self, method: &Method, answered: Option<(StatusCode, bool)>, took: Duration) {
        let failed = answered.is_none_or(|(status, _)| status.is_server_error());
        let unanswered = failed && !answered.is_some_and(|(_, is_a_services)| is_a_services);
        let mut meter = self.meter.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = if *method == Method::GET { &mut meter.reads } else { &mut meter.writes };
        *kind += 1;
        meter.failed += usize::from(failed);
        meter.unanswered += usize::from(unanswered);
        meter.took.push(took);
    }

    /// What was asked since this was called before.
    pub fn measured(&self) -> Meter {
        std::mem::take(&mut *self.meter.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where the program is: `http://127.0.0.1:8080`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The program's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Lets hours pass, for the program and for us.
    pub fn pass(&self, hours: i64, clock_file: &Path) -> anyhow::Result<()> {
        let step = u64::try_from(hours)?;
        let all = self.hours.fetch_add(step, Ordering::Relaxed) + step;
        // Whole or not at all: the program reads it ten times a second.
        let draft = clock_file.with_extension("new");
        std::fs::write(&draft, (all * 3600).to_string())?;
        std::fs::rename(&draft, clock_file)?;
        self.clock.advance(TimeDelta::hours(hours));
        Ok(())
    }

    /// Begins a time in which every request must be answered, or ends it.
    pub fn turn_gentle(&self, gentle: bool) {
        let now = AtomicU32::load(&self.gentle, Ordering::Acquire);
        if (now % 2 == 1) != gentle {
            self.gentle.store(now + 1, Ordering::Release);
        }
    }

    fn epoch(&self) -> u32 {
        AtomicU32::load(&self.gentle, Ordering::Acquire)
    }

    /// Whether a request that began then, and ends now, may be lost.
    fn may_be_lost(&self, began: u32) -> bool {
        match self.tolerance {
            Tolerance::Gone => true,
            Tolerance::AlwaysThere | Tolerance::Nothing => false,
            Tolerance::Balanced => began.is_multiple_of(2) || began != self.epoch(),
        }
    }

    /// Nobody begins anything new.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    /// People may begin again.
    pub fn open_again(&self) {
        self.closing.store(false, Ordering::Relaxed);
    }

    pub fn is_closing(&self) -> bool {
        AtomicBool::load(&self.closing, Ordering::Relaxed)
    }

    pub fn lost(&self) -> u32 {
        AtomicU32::load(&self.lost, Ordering::Relaxed)
    }

    /// An id that a person's device makes.
    pub fn fresh_id(&self) -> String {
        self.clock.id().to_string()
    }

    /// A number that nobody else has.
    pub fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    pub fn complain(&self, complaint: String) {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).push(complaint);
    }

    pub fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many writes are acknowledged, but not for ever.
    pub async fn until_kept(&self, count: usize, patience: Duration) {
        let since = Instant::now();
        while self.ledger.count() < count && since.elapsed() < patience {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until there is something to lose: `count` writes, and among them whatever the mutations need. On a busy machine
    /// that takes longer, so the only limit is the time after which people cannot be working any more.
    ///
    /// # Errors
    /// They are not.
    pub async fn until_there_is_history(&self, count: usize) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            let (kept, lacks) = (self.ledger.count(), self.ledger.lacks());
            if kept >= count && lacks.is_empty() {
                return Ok(());
            }
            ensure!(
                since.elapsed() < PATIENCE,
                "people cannot work: {kept} writes acknowledged, still without {lacks:?}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How long it took until an operation that needs PostgreSQL succeeded three times in a row.
    pub async fn until_healthy(&self) -> anyhow::Result<Duration> {
        let (since, client) =
            (Instant::now(), reqwest::Client::builder().timeout(Duration::from_secs(20)).build()?);
        let (mut well, mut at) = (0, since.elapsed());
        while well < 3 {
            ensure!(since.elapsed() < Duration::from_mins(1), "PostgreSQL is not back after a minute");
            let answer = client.get(format!("{}/api/core/talents", self.base)).send().await?;
            if answer.status().is_success() {
                at = if well == 0 { since.elapsed() } else { at };
                well += 1;
            } else {
                well = 0;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(at)
    }
}

/// Somebody with an account, at an address of their own: sign-ups are counted per address.
pub struct Person {
    client: reqwest::Client,
    pub id: String,
    pub email: String,
    pub token: String,
}

impl Person {
    /// Signs up; `None` when the site closes before that happened, or no mail has come within `patience`: then nobody has an
    /// account.
    pub async fn join(site: &Site, patience: Duration) -> anyhow::Result<Option<Self>> {
        let n = site.number();
        let mut builder = reqwest::Client::builder().timeout(Duration::from_secs(20));
        if cfg!(target_os = "linux") {
            // All of 127.0.0.0/8 is this machine.
            let [_, a, b, c] = (n + 2).to_be_bytes();
            builder = builder.local_address(IpAddr::V4(Ipv4Addr::new(127, a, b, c)));
        }
        let email = format!("{}@dojob.example", site.clock.id());
        let mut person = Self { client: builder.build()?, id: String::new(), email, token: String::new() };
        let documents = loop {
            match person.read(site, "/api/auth/documents").await? {
                Some(documents) => break documents,
                None if site.is_closing() => return Ok(None),
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let items = documents["items"].as_array().cloned().unwrap_or_default();
        let required = items.iter().filter(|d| d["required"] == true);
        let consents: Vec<_> =
            required.map(|d| json!({ "doc": d["doc"], "version": d["version"] })).collect();
        let body = json!({
            "email": person.email, "password": PASSWORD, "birth_date": "1990-03-14", "consents": consents, "locale": "ko",
        });
        let Some((status, session)) =
            person.ask(site, Method::POST, "/api/auth/signup", Some(&body), None).await?
        else {
            bail!("the sign-up of {} was never answered", person.email);
        };
        if status != StatusCode::ACCEPTED {
            site.complain(format!("sign-up: {status} {session}"));
            return Ok(None);
        }
        let Some(token) = person.token_of_mail(site, patience).await? else { return Ok(None) };
        let body = json!({ "token": token, "password": PASSWORD });
        let Some((status, session)) =
            person.ask(site, Method::POST, "/api/auth/address/verify", Some(&body), None).await?
        else {
            bail!("the link of {} was never answered", person.email);
        };
        match (status, session["code"].as_str()) {
            (StatusCode::OK, _) => person.set_session(site, &session),
            // Its answer was lost, and then it was found done.
            (StatusCode::CONFLICT, Some("link.used")) => person.log_in(site).await?,
            (status, _) => {
                site.complain(format!("verification: {status} {session}"));
                return Ok(None);
            }
        }
        site.ledger.record(Write::Account { id: person.id.clone(), email: person.email.clone() });
        Ok(Some(person))
    }

    /// What the link of the sign-up's mail says, as soon as the mail is there.
    async fn token_of_mail(&mut self, site: &Site, patience: Duration) -> anyhow::Result<Option<String>> {
        let (since, path) = (Instant::now(), format!("/dev/mail.json?to={}", self.email));
        loop {
            let mails = self.read(site, &path).await?.unwrap_or_default();
            let mails: Vec<mailbox::Mail> = serde_json::from_value(mails).unwrap_or_default();
            if let Some(token) = mails.iter().rev().find_map(mailbox::Mail::token) {
                return Ok(Some(token.to_owned()));
            }
            if site.is_closing() || since.elapsed() > patience {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn set_session(&mut self, site: &Site, session: &Value) {
        self.id = word(session, "/account/id");
        self.token = word(session, "/access_token");
        site.ledger
            .record(Write::Session { id: word(session, "/device_session_id"), account: self.id.clone() });
    }

    pub async fn log_in(&mut self, site: &Site) -> anyhow::Result<()> {
        let body = json!({ "email": self.email, "password": PASSWORD });
        self.token.clear();
        let answer = self.ask(site, Method::POST, "/api/auth/login", Some(&body), None).await?;
        let (status, session) = answer.context("a login was never answered")?;
        ensure!(status.is_success(), "login of {}: {status} {session}", self.email);
        self.set_session(site, &session);
        Ok(())
    }

    /// The same somebody on a further device, with a session of its own.
    pub async fn on_another_device(&self, site: &Site) -> anyhow::Result<Self> {
        let mut other = Self {
            client: self.client.clone(),
            id: self.id.clone(),
            email: self.email.clone(),
            token: String::new(),
        };
        other.log_in(site).await?;
        Ok(other)
    }

    /// Looks at something; `None` when the program cannot show it now.
    pub async fn read(&mut self, site: &Site, path: &str) -> anyhow::Result<Option<Value>> {
        for _ in 0..2 {
            let sent = self.send(site, &Method::GET, path, None, None).await;
            match sent {
                Some((StatusCode::UNAUTHORIZED, _)) if !self.token.is_empty() => self.log_in(site).await?,
                Some((status, body)) if status.is_success() => return Ok(Some(body)),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Writes something, with a key of its own; sometimes twice at once, like a double click.
    pub async fn write(
        &mut self,
        site: &Site,
        method: Method,
        path: &str,
        body: &Value,
        twice: bool,
    ) -> anyhow::Result<Answer> {
        let key = site.clock.id().to_string();
        if twice {
            let send = || self.send(site, &method, path, Some(body), Some(&key));
            let (one, other) = tokio::join!(send(), send());
            if let (Some((first, one)), Some((second, other))) = (&one, &other)
                && first.is_success()
                && second.is_success()
                && one["id"] != other["id"]
            {
                site.complain(format!(
                    "{method} {path}: a double click made {} and {}",
                    one["id"], other["id"]
                ));
            }
        }
        match self.ask(site, method.clone(), path, Some(body), Some(&key)).await? {
            None => bail!("{method} {path} was never answered"),
            Some((status, body)) if status.is_success() => Ok(Answer::Done(body)),
            Some(_) => Ok(Answer::Refused),
        }
    }

    /// Asks until there is an answer that settles it.
    async fn ask(
        &mut self,
        site: &Site,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> anyhow::Result<Option<(StatusCode, Value)>> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let Some((status, answer)) = self.send(site, &method, path, body, key).await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let wait = match (status, answer["code"].as_str()) {
                (StatusCode::UNAUTHORIZED, _) if !self.token.is_empty() => {
                    Box::pin(self.log_in(site)).await?;
                    continue;
                }
                (StatusCode::TOO_MANY_REQUESTS, _) => 300,
                (StatusCode::CONFLICT, Some("idempotency.in_progress")) => 100,
                (status, _) if status.is_server_error() => 100,
                _ => return Ok(Some((status, answer))),
            };
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
        Ok(None)
    }

    /// One request; `None` when its answer was lost. Complains of unexpected answers.
    async fn send(
        &self,
        site: &Site,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Option<(StatusCode, Value)> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", site.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        site.turn().await;
        let (began, since) = (site.epoch(), Instant::now());
        let answered = async {
            let answer = request.send().await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            Ok::<_, reqwest::Error>((status, headers, answer.text().await?))
        };
        let answered = answered.await;
        let seen = answered.as_ref().ok().map(|(status, _, text)| (*status, text.starts_with('{')));
        site.count(method, seen, since.elapsed());
        match answered {
            Ok((status, headers, text)) => {
                let body: Value = serde_json::from_str(&text).unwrap_or_default();
                let is_unavailable =
                    status == StatusCode::SERVICE_UNAVAILABLE && headers.contains_key(header::RETRY_AFTER);
                let is_unavailable = is_unavailable
                    && body["code"] == "server.unavailable"
                    && site.tolerance != Tolerance::Nothing;
                let is_balancers = site.tolerance == Tolerance::Balanced
                    && [502, 503, 504].contains(&status.as_u16())
                    && body.is_null();
                if status.is_server_error() && !is_unavailable && !(is_balancers && site.may_be_lost(began)) {
                    site.complain(format!("{method} {path}: {status} {text}"));
                }
                if status.is_server_error() {
                    site.lost.fetch_add(1, Ordering::Relaxed);
                }
                Some((status, body))
            }
            Err(error) => {
                site.lost.fetch_add(1, Ordering::Relaxed);
                if !site.may_be_lost(began) {
                    site.complain(format!("{method} {path}: {error:?}"));
                }
                None
            }
        }
    }
}

/// A word of an answer.
pub fn word(body: &Value, pointer: &str) -> String {
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// What the program shows to somebody in the end.
#[derive(Clone, Debug)]
pub struct View {
    pub account: String,
    pub unread_messages: i64,
    pub unread_notices: i64,
    pub given: i64,
    pub received: i64,
}

pub type Seen = Vec<View>;

/// Everybody looks at their numbers.
pub async fn what_they_see(site: &Site, people: Vec<Person>) -> anyhow::Result<Seen> {
    let mut seen = Vec::new();
    for mut person in people {
        seen.push(View {
            unread_messages: person.number(site, "/api/chat/unread", "/count").await?,
            given: person.number(site, "/api/core/hours/summary", "/given/minutes").await?,
            received: person.number(site, "/api/core/hours/summary", "/received/minutes").await?,
            unread_notices: person.number(site, "/api/notifications/unread", "/count").await?,
            account: person.id,
        });
    }
    Ok(seen)
}

impl Person {
    async fn number(&mut self, site: &Site, path: &str, pointer: &str) -> anyhow::Result<i64> {
        let body = self.read(site, path).await?.with_context(|| format!("{path} is not shown"))?;
        body.pointer(pointer)
            .and_then(Value::as_i64)
            .with_context(|| format!("{path} has no {pointer}: {body}"))
    }
}
