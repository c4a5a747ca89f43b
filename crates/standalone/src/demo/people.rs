//! The people of the neighbourhood as clients of the public operations.
#![expect(clippy::indexing_slicing, reason = "indexing JSON by name answers null, never a panic")]

use std::{collections::HashMap, time::Duration};

use anyhow::{Context, ensure};
use common::service::Pump;
use regions::Regions;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{
    plan::Act,
    texts::{Neighbourhood, Person},
};

/// What the two seats log in with. It opens nothing but practice data on this computer.
pub const PASSWORD: &str = "one-hour-at-a-time";

/// Waits between two looks at something that another part is about to do.
const SOON: Duration = Duration::from_millis(20);

/// How often a conversation is asked for that an event is about to open.
const PATIENCE: usize = 50;

pub(super) struct People<'a> {
    texts: &'a Neighbourhood,
    base: String,
    regions: Regions,
    client: reqwest::Client,
    seats: HashMap<String, Seat>,
    /// Ids of listings, stories and inquiries by their keys.
    ids: HashMap<String, String>,
    /// The conversation of each story and inquiry: two people have one about a listing, whatever they do about it.
    talks: HashMap<String, String>,
    requests: u64,
}

/// A signed-in person.
struct Seat {
    cookie: String,
    token: String,
    password: String,
}

impl<'a> People<'a> {
    pub fn new(texts: &'a Neighbourhood, base: String, regions: Regions) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().user_agent("dojob-practice").build()?;
        Ok(Self {
            texts,
            base,
            regions,
            client,
            seats: HashMap::new(),
            ids: HashMap::new(),
            talks: HashMap::new(),
            requests: 0,
        })
    }

    pub async fn play(&mut self, act: &Act) -> anyhow::Result<()> {
        match act {
            Act::SignUp { person } => self.sign_up(person).await,
            Act::Publish { listing, need } => self.publish(listing, *need).await,
            Act::Pause { listing } => {
                let by =
                    self.texts.talents.iter().find(|l| l.key == *listing).context("a talent")?.by.clone();
                let path = format!("/api/core/talents/{}/pause", self.id(listing)?);
                self.ask(&by, Method::POST, &path, None).await.map(drop)
            }
            Act::Propose { story, starts_at } => {
                let told = self.texts.stories.iter().find(|s| s.key == *story).context("a story")?;
                let (kind, key) = match (&told.talent, &told.need) {
                    (Some(key), _) => ("talent_id", key),
                    (None, Some(key)) => ("need_id", key),
                    _ => anyhow::bail!("say either a talent or a need"),
                };
                let terms = json!({
                    "starts_at": starts_at, "minutes": told.minutes, "mode": told.mode,
                    "place": told.place, "bring": told.bring,
                });
                let body = json!({ kind: self.id(key)?, "terms": terms });
                let made = self.ask(&told.from, Method::POST, "/api/core/engagements", Some(body)).await?;
                self.remember(story, &made)
            }
            Act::Counter { story, starts_at } => {
                let told = self.texts.stories.iter().find(|s| s.key == *story).context("a story")?;
                let counter = told.counter.as_ref().context("a counter-proposal")?;
                let terms = json!({
                    "starts_at": starts_at, "minutes": counter.minutes, "mode": told.mode,
                    "place": told.place, "bring": told.bring,
                });
                let body = json!({ "terms_version": 1, "terms": terms });
                self.engage(&counter.by, story, "counter", body).await
            }
            Act::Accept { story, by } => {
                let path = format!("/api/core/engagements/{}", self.id(story)?);
                let seen = self.ask(by, Method::GET, &path, None).await?;
                let version = seen.pointer("/terms/version").context("terms")?.clone();
                self.engage(by, story, "accept", json!({ "terms_version": version })).await
            }
            Act::Decline { story, by } => {
                self.engage(by, story, "decline", json!({ "reason": "other" })).await
            }
            Act::Withdraw { story, by } => self.engage(by, story, "withdraw", json!({})).await,
            Act::Cancel { story, by } => self.engage(by, story, "cancel", json!({ "reason": "other" })).await,
            Act::Claim { story, by, claim } => {
                let body = match claim.split_once(':') {
                    Some(("took_place", minutes)) => {
                        json!({ "claim": "took_place", "minutes": minutes.parse::<u32>()? })
                    }
                    None if claim == "self_absent" => json!({ "claim": "i_absent" }),
                    _ => json!({ "claim": claim }),
                };
                self.engage(by, story, "claim", body).await
            }
            Act::Ask { inquiry } => {
                let asked = self.texts.inquiries.iter().find(|i| i.key == *inquiry).context("an inquiry")?;
                let body = match (&asked.talent, &asked.need) {
                    (Some(key), _) => json!({ "talent_id": self.id(key)? }),
                    (None, Some(key)) => json!({ "need_id": self.id(key)? }),
                    _ => anyhow::bail!("say either a talent or a need"),
                };
                let made = self.ask(&asked.from, Method::POST, "/api/core/inquiries", Some(body)).await?;
                self.remember(inquiry, &made)
            }
            Act::Say { thread, by, text } => self.say(thread, by, text).await,
        }
    }

    /// After the last act: everybody has read everything, but for what the texts leave open.
    pub async fn settle(&mut self, pump: &mut Pump) -> anyhow::Result<()> {
        let mut unread = Vec::new();
        for (key, people) in self
            .texts
            .stories
            .iter()
            .map(|s| (&s.key, &s.unread_for))
            .chain(self.texts.inquiries.iter().map(|i| (&i.key, &i.unread_for)))
        {
            unread.extend(people.iter().map(|p| (self.talks.get(key).cloned(), p.clone())));
        }
        for person in &self.texts.people {
            let list = self.ask(&person.key, Method::GET, "/api/chat/conversations?limit=100", None).await?;
            for conversation in list["items"].as_array().context("conversations")? {
                let id = conversation["id"].as_str().context("an id")?;
                let left_open = unread.contains(&(Some(id.to_owned()), person.key.clone()));
                let seq = if left_open {
                    self.own_last_words(&person.key, id).await?
                } else {
                    conversation["last_seq"].clone()
                };
                if seq.as_i64().is_some_and(|s| s > 0) {
                    let path = format!("/api/chat/conversations/{id}/read");
                    self.ask(&person.key, Method::POST, &path, Some(json!({ "seq": seq }))).await?;
                }
            }
            self.read_notices(person).await?;
        }
        pump.run().await?;
        Ok(())
    }

    /// The seats find three unread notices; everybody else has read theirs.
    async fn read_notices(&mut self, person: &Person) -> anyhow::Result<()> {
        let until = if self.texts.meta.seats.contains(&person.key) {
            let list = self.ask(&person.key, Method::GET, "/api/notifications?limit=4", None).await?;
            match list.pointer("/items/3/id") {
                Some(fourth) => json!({ "until": fourth }),
                None => return Ok(()),
            }
        } else {
            json!({})
        };
        self.ask(&person.key, Method::POST, "/api/notifications/read-all", Some(until)).await.map(drop)
    }

    /// The person's own last words: whatever came after them has not been opened yet.
    async fn own_last_words(&mut self, person: &str, conversation: &str) -> anyhow::Result<Value> {
        let path = format!("/api/chat/conversations/{conversation}/messages?limit=100");
        let messages = self.ask(person, Method::GET, &path, None).await?;
        let me = self.ask(person, Method::GET, "/api/core/me", None).await?["id"].clone();
        let items = messages["items"].as_array().context("messages")?;
        Ok(items.iter().rev().find(|m| m["sender_id"] == me).map_or(json!(0), |m| m["seq"].clone()))
    }

    async fn sign_up(&mut self, key: &str) -> anyhow::Result<()> {
        let person = self.texts.people.iter().find(|p| p.key == key).context("a person")?;
        let documents = self.send(None, Method::GET, "/api/auth/documents", None).await?;
        let consents: Vec<Value> = documents["items"]
            .as_array()
            .context("documents")?
            .iter()
            .filter(|d| d["required"] == true)
            .map(|d| json!({ "doc": d["doc"], "version": d["version"] }))
            .collect();
        let is_seat = self.texts.meta.seats.contains(&person.key);
        // Nobody ever learns the others' passwords, so nobody can log in as them.
        let password = if is_seat { PASSWORD.to_owned() } else { unknowable() };
        let body = json!({
            "email": person.email(), "password": password, "birth_date": person.born, "consents": consents, "locale": "ko",
        });
        // Practice people are verified at once: no mail reaches them.
        self.send(None, Method::POST, "/api/auth/signup", Some(body)).await?;
        let body = json!({ "email": person.email(), "password": password });
        self.enter("/api/auth/login", &person.key, &body, password).await?;
        let code = self.region(&person.region)?;
        let profile = json!({
            "name": person.name, "bio": person.bio, "region_code": code, "languages": person.languages,
        });
        self.ask(&person.key, Method::PATCH, "/api/core/me", Some(profile)).await.map(drop)
    }

    async fn publish(&mut self, key: &str, need: bool) -> anyhow::Result<()> {
        let list = if need { &self.texts.needs } else { &self.texts.talents };
        let listing = list.iter().find(|l| l.key == key).context("a listing")?;
        let mut body = json!({
            "title": listing.title, "body": listing.body, "category": listing.category, "minutes": listing.minutes,
            "mode": listing.mode, "region_code": self.region(&listing.region)?, "times": listing.times,
            "bring": listing.bring,
        });
        if let (Some(days), Some(fields)) = (listing.expires_in_days, body.as_object_mut()) {
            fields.insert("expires_in_days".to_owned(), days.into());
        }
        let path = if need { "/api/core/needs" } else { "/api/core/talents" };
        let made = self.ask(&listing.by, Method::POST, path, Some(body)).await?;
        self.remember(key, &made)
    }

    async fn engage(&mut self, by: &str, story: &str, act: &str, body: Value) -> anyhow::Result<()> {
        let path = format!("/api/core/engagements/{}/{act}", self.id(story)?);
        self.ask(by, Method::POST, &path, Some(body)).await.map(drop)
    }

    async fn say(&mut self, thread: &str, by: &str, text: &str) -> anyhow::Result<()> {
        let talk = self.talks.get(thread).with_context(|| format!("{thread} is not there yet"))?;
        let path = format!("/api/chat/conversations/{talk}/messages");
        let client_id = uuid::Uuid::from_bytes(uuid_bytes(thread, self.requests));
        let body = json!({ "client_id": client_id, "text": text });
        self.ask(by, Method::POST, &path, Some(body)).await.map(drop)
    }

    fn remember(&mut self, key: &str, made: &Value) -> anyhow::Result<()> {
        let id = made["id"].as_str().with_context(|| format!("{key} has no id"))?;
        ensure!(self.ids.insert(key.to_owned(), id.to_owned()).is_none(), "two things are called {key}");
        // An inquiry's conversation has its id.
        let talk = made["conversation_id"].as_str().unwrap_or(id);
        self.talks.insert(key.to_owned(), talk.to_owned());
        Ok(())
    }

    fn id(&self, key: &str) -> anyhow::Result<String> {
        self.ids.get(key).cloned().with_context(|| format!("{key} is not there yet"))
    }

    fn region(&self, path: &str) -> anyhow::Result<String> {
        let hits = self.regions.search(path, 20);
        let exact = hits.iter().find(|h| h.region.path == path);
        Ok(exact.with_context(|| format!("no region {path}"))?.region.code.to_owned())
    }

    /// A request as this person, with a fresh token when the last one has run out.
    async fn ask(
        &mut self,
        person: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let seat = self.seats.get(person).with_context(|| format!("{person} has not signed up"))?;
        match self.send(Some(&seat.token.clone()), method.clone(), path, body.clone()).await {
            Err(refused) if refused.is::<TokenOver>() => {
                self.come_back(person).await?;
                let token = self.seats.get(person).context("a seat")?.token.clone();
                self.send(Some(&token), method, path, body).await
            }
            answered => answered,
        }
    }

    async fn come_back(&mut self, person: &str) -> anyhow::Result<()> {
        let seat = self.seats.get(person).context("a seat")?;
        let (cookie, password) = (seat.cookie.clone(), seat.password.clone());
        let url = format!("{}/api/auth/refresh", self.base);
        let answer = self.client.post(url).header(header::COOKIE, cookie).send().await?;
        if answer.status() == StatusCode::OK {
            return self.sit(person, answer, password).await;
        }
        let email = self.texts.people.iter().find(|p| p.key == person).context("a person")?.email();
        let body = json!({ "email": email, "password": password });
        self.enter("/api/auth/login", person, &body, password).await
    }

    async fn enter(
        &mut self,
        path: &str,
        person: &str,
        body: &Value,
        password: String,
    ) -> anyhow::Result<()> {
        let answer = self.client.post(format!("{}{path}", self.base)).json(body).send().await?;
        self.sit(person, answer, password).await
    }

    async fn sit(&mut self, person: &str, answer: reqwest::Response, password: String) -> anyhow::Result<()> {
        let status = answer.status();
        let cookie =
            answer.headers().get(header::SET_COOKIE).and_then(|c| c.to_str().ok()?.split(';').next());
        let cookie = cookie.unwrap_or_default().to_owned();
        let body: Value = answer.json().await?;
        ensure!(status.is_success(), "{status}: {body}");
        let token = body["access_token"].as_str().context("a token")?.to_owned();
        self.seats.insert(person.to_owned(), Seat { cookie, token, password });
        Ok(())
    }

    async fn send(
        &mut self,
        token: Option<&str>,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        self.requests += 1;
        for attempt in 0.. {
            let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            if method == Method::POST {
                request = request.header("idempotency-key", format!("practice-{}", self.requests));
            }
            if let Some(body) = &body {
                request = request.json(body);
            }
            let answer = request.send().await?;
            let status = answer.status();
            let text = answer.text().await?;
            if status == StatusCode::UNAUTHORIZED {
                return Err(TokenOver.into());
            }
            if status == StatusCode::NOT_FOUND && path.starts_with("/api/chat/") && attempt < PATIENCE {
                tokio::time::sleep(SOON).await;
                continue;
            }
            ensure!(status.is_success(), "{method} {path}: {status} {text}");
            return Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? });
        }
        anyhow::bail!("{path} never came to be")
    }
}

/// The access token has run out, as it does every ten minutes.
#[derive(Debug)]
struct TokenOver;

impl std::fmt::Display for TokenOver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the access token has run out")
    }
}

impl std::error::Error for TokenOver {}

/// A password that is forgotten when the loading ends.
fn unknowable() -> String {
    use std::hash::{BuildHasher, RandomState};
    let part = |n: u8| format!("{:016x}", RandomState::new().hash_one(n));
    part(1) + &part(2)
}

/// Sixteen bytes that differ for each use.
fn uuid_bytes(word: &str, n: u64) -> [u8; 16] {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new_with_prefix(word).chain_update(n.to_be_bytes()).finalize();
    let mut out = [0; 16];
    out.copy_from_slice(digest.get(..16).unwrap_or(&[0; 16]));
    out
}
