//! What people do all day: publish, ask, propose, answer, talk, read, say what happened.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, TimeDelta, Timelike};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    ledger::Write,
    people::{Answer, Person, Site, word},
};

/// A listing that others can see.
#[derive(Clone, Debug)]
struct Post {
    kind: &'static str,
    id: String,
    owner: String,
}

/// People at work.
pub struct Load {
    tasks: JoinSet<anyhow::Result<Option<Person>>>,
}

/// What all of them know.
struct Board {
    region: String,
    posts: Mutex<Vec<Post>>,
}

/// One of them.
struct Neighbour {
    site: Arc<Site>,
    board: Arc<Board>,
    person: Person,
    rng: StdRng,
}

/// Begins with a search for a region, and lets everybody sign up and work.
pub async fn begin(site: &Arc<Site>, people: usize, seed: u64) -> anyhow::Result<Load> {
    let mut first = Person::join(site, Duration::MAX).await?.context("the first sign-up")?;
    let board = Arc::new(Board { region: region(site, &mut first).await?, posts: Mutex::default() });
    let mut tasks = JoinSet::new();
    let mut first = Some(first);
    for n in 1..=people {
        let (site, board, person) = (site.clone(), board.clone(), first.take());
        let rng = StdRng::seed_from_u64(seed.wrapping_add(u64::try_from(n)?));
        tasks.spawn(async move {
            let joined = match person {
                Some(person) => Some(person),
                None => Person::join(&site, Duration::MAX).await?,
            };
            let Some(person) = joined else { return Ok(None) };
            let mut neighbour = Neighbour { site, board, person, rng };
            neighbour.introduce().await?;
            while !neighbour.site.is_closing() {
                neighbour.act().await?;
            }
            Ok(Some(neighbour.person))
        });
    }
    Ok(Load { tasks })
}

impl Load {
    /// Waits until everybody has brought to an end what they had begun.
    pub async fn finish(mut self) -> anyhow::Result<Vec<Person>> {
        let mut people = Vec::new();
        while let Some(person) = self.tasks.join_next().await {
            people.extend(person??);
        }
        Ok(people)
    }
}

impl Neighbour {
    /// Name and region. Core may not know the account yet.
    async fn introduce(&mut self) -> anyhow::Result<()> {
        while !self.rename().await? && !self.site.is_closing() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn act(&mut self) -> anyhow::Result<()> {
        match self.rng.random_range(0..100) {
            0..=1 => self.greet_somebody_new().await,
            2..=3 => self.rename().await.map(drop),
            4..=13 => self.publish().await,
            14..=21 => self.ask_about().await,
            22..=37 => self.propose().await,
            38..=62 => self.answer().await,
            63..=66 => self.change_mind().await,
            67..=71 => self.catch_up().await,
            _ => self.talk().await,
        }
    }

    async fn write(&mut self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let twice = self.rng.random_bool(0.1);
        self.person.write(&self.site, Method::POST, path, body, twice).await
    }

    /// Somebody else signs up, too.
    async fn greet_somebody_new(&mut self) -> anyhow::Result<()> {
        // Elsewhere all of them come from one address, and ten an hour are let in.
        if cfg!(target_os = "linux") {
            // Their mail waits while Kafka is away; whoever greets them has other things to do.
            Person::join(&self.site, Duration::from_secs(1)).await?;
        }
        Ok(())
    }

    async fn rename(&mut self) -> anyhow::Result<bool> {
        rename(&self.site, &mut self.person, &self.board.region).await
    }

    async fn publish(&mut self) -> anyhow::Result<()> {
        let title = format!("통기타 첫걸음 {}", self.site.number());
        let mut body = listing(&title, &self.board.region);
        let kind = if self.rng.random_bool(0.6) { "talent" } else { "need" };
        if let ("need", Some(fields)) = (kind, body.as_object_mut()) {
            fields.insert("expires_in_days".to_owned(), json!(30));
        }
        if let Answer::Done(listing) = self.write(&format!("/api/core/{kind}s"), &body).await? {
            let (id, owner) = (word(&listing, "/id"), self.person.id.clone());
            self.site.ledger.record(Write::Listing { id: id.clone(), kind, owner: owner.clone(), title });
            self.board.posts.lock().unwrap_or_else(PoisonError::into_inner).push(Post { kind, id, owner });
        }
        Ok(())
    }

    /// Another's listing.
    fn others_post(&mut self) -> Option<Post> {
        let posts = self.board.posts.lock().unwrap_or_else(PoisonError::into_inner);
        let others: Vec<_> = posts.iter().filter(|post| post.owner != self.person.id).collect();
        others.choose(&mut self.rng).map(|post| Post::clone(post))
    }

    async fn ask_about(&mut self) -> anyhow::Result<()> {
        let Some(post) = self.others_post() else { return Ok(()) };
        let mut body = json!({});
        body[format!("{}_id", post.kind)] = json!(post.id);
        if let Answer::Done(inquiry) = self.write("/api/core/inquiries", &body).await? {
            let (id, asker) = (word(&inquiry, "/id"), self.person.id.clone());
            self.site.ledger.record(Write::Inquiry { id, asker, listing: post.id });
        }
        Ok(())
    }

    /// Some time between three hours and a day from now, at a place that is named once only.
    fn terms(&mut self) -> (Value, String) {
        let minute = self.site.now().with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or_default();
        let starts_at = minute + TimeDelta::minutes(self.rng.random_range(185..1300));
        let place = format!("망원동 작은 카페 {}", self.site.number());
        let minutes = if self.rng.random_bool(0.5) { 30 } else { 60 };
        (
            json!({ "starts_at": wire(starts_at), "minutes": minutes, "mode": "in_person", "place": place }),
            place,
        )
    }

    async fn propose(&mut self) -> anyhow::Result<()> {
        let Some(post) = self.others_post() else { return Ok(()) };
        let (terms, place) = self.terms();
        let mut body = json!({ "terms": terms });
        body[format!("{}_id", post.kind)] = json!(post.id);
        if let Answer::Done(engagement) = self.write("/api/core/engagements", &body).await? {
            let (id, proposer) = (word(&engagement, "/id"), self.person.id.clone());
            self.site.ledger.record(Write::Engagement { id, proposer, listing: post.id, place });
        }
        Ok(())
    }

    /// One of the engagements in a list.
    async fn one_of(&mut self, list: &str) -> anyhow::Result<Option<Value>> {
        let page =
            self.person.read(&self.site, &format!("/api/core/engagements?box={list}&limit=100")).await?;
        let items = page.as_ref().and_then(|page| page["items"].as_array());
        let chosen = items.and_then(|items| items.choose(&mut self.rng)).map(|item| word(item, "/id"));
        match chosen {
            Some(id) => self.person.read(&self.site, &format!("/api/core/engagements/{id}")).await,
            None => Ok(None),
        }
    }

    /// Answers what waits for an answer.
    async fn answer(&mut self) -> anyhow::Result<()> {
        let Some(engagement) = self.one_of("turn").await? else { return Ok(()) };
        let may = |act: &str| engagement["acts"].as_array().is_some_and(|acts| acts.iter().any(|a| a == act));
        let version = &engagement["terms"]["version"];
        match self.rng.random_range(0..10) {
            _ if may("claim") => {
                let planned = engagement["terms"]["minutes"].as_i64().unwrap_or(30);
                let minutes = if self.rng.random_bool(0.8) { planned } else { planned / 2 };
                let claim = match self.rng.random_range(0..10) {
                    0 => json!({ "claim": "did_not_take_place" }),
                    1 => json!({ "claim": "other_absent" }),
                    _ => json!({ "claim": "took_place", "minutes": minutes }),
                };
                self.change(&engagement, "claim", claim, "claimed").await
            }
            _ if may("adjust") => {
                let choices = engagement["claims"]["adjust"]["choices"].as_array();
                let choice = choices.and_then(|all| all.choose(&mut self.rng)).cloned().unwrap_or_default();
                self.change(&engagement, "adjust", json!({ "minutes": choice }), "adjusted").await
            }
            0..=6 if may("accept") => {
                self.change(&engagement, "accept", json!({ "terms_version": version }), "scheduled").await
            }
            7 if may("decline") => {
                self.change(&engagement, "decline", json!({ "reason": "time" }), "declined").await
            }
            _ if may("counter") => {
                let (terms, place) = self.terms();
                let (id, by) = (word(&engagement, "/id"), self.person.id.clone());
                let body = json!({ "terms_version": version, "terms": terms });
                if let Answer::Done(_) =
                    self.write(&format!("/api/core/engagements/{id}/counter"), &body).await?
                {
                    self.site.ledger.record(Write::Counter { engagement: id, by, place });
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Takes a proposal back, or an agreement.
    async fn change_mind(&mut self) -> anyhow::Result<()> {
        if self.rng.random_bool(0.5) {
            let Some(engagement) = self.one_of("waiting").await? else { return Ok(()) };
            self.change(&engagement, "withdraw", json!({}), "withdrawn").await
        } else {
            let Some(engagement) = self.one_of("upcoming").await? else { return Ok(()) };
            self.change(&engagement, "cancel", json!({ "reason": "health" }), "cancelled").await
        }
    }

    async fn change(
        &mut self,
        engagement: &Value,
        act: &str,
        body: Value,
        fact: &'static str,
    ) -> anyhow::Result<()> {
        let (id, by) = (word(engagement, "/id"), self.person.id.clone());
        if let Answer::Done(_) = self.write(&format!("/api/core/engagements/{id}/{act}"), &body).await? {
            self.site.ledger.record(Write::Act { engagement: id, by, fact });
        }
        Ok(())
    }

    /// One of the conversations.
    async fn conversation(&mut self) -> anyhow::Result<Option<Value>> {
        let page = self.person.read(&self.site, "/api/chat/conversations?limit=50").await?;
        let items = page.as_ref().and_then(|page| page["items"].as_array());
        Ok(items.and_then(|items| items.choose(&mut self.rng)).cloned())
    }

    async fn talk(&mut self) -> anyhow::Result<()> {
        let Some(talk) = self.conversation().await? else { return Ok(()) };
        let conversation = word(&talk, "/id");
        for _ in 0..self.rng.random_range(1..4) {
            let (client, text) = (self.site.fresh_id(), format!("안녕하세요 {}", self.site.number()));
            let body = json!({ "client_id": client, "text": text });
            if let Answer::Done(message) =
                self.write(&format!("/api/chat/conversations/{conversation}/messages"), &body).await?
            {
                self.site.ledger.record(Write::Message {
                    conversation: conversation.clone(),
                    id: word(&message, "/id"),
                    seq: message["seq"].to_string(),
                    client,
                    author: self.person.id.clone(),
                    text,
                });
            }
        }
        Ok(())
    }

    /// Reads a conversation to its end.
    async fn catch_up(&mut self) -> anyhow::Result<()> {
        let Some(talk) = self.conversation().await? else { return Ok(()) };
        let (conversation, seq) = (word(&talk, "/id"), talk["last_seq"].as_i64().unwrap_or_default());
        let path = format!("/api/chat/conversations/{conversation}/read");
        if seq > 0
            && let Answer::Done(_) = self.write(&path, &json!({ "seq": seq })).await?
        {
            self.site.ledger.record(Write::Read { conversation, account: self.person.id.clone(), seq });
        }
        Ok(())
    }
}

/// Gives somebody a new name and the region; false while core does not know the account.
pub async fn rename(site: &Site, person: &mut Person, region: &str) -> anyhow::Result<bool> {
    let name = format!("이웃 {}", site.number());
    let body = json!({ "name": name, "region_code": region });
    let done = person.write(site, Method::PATCH, "/api/core/me", &body, false).await?;
    let done = matches!(done, Answer::Done(_));
    if done {
        site.ledger.record(Write::Name { account: person.id.clone(), name });
    }
    Ok(done)
}

/// Where everybody lives.
pub async fn region(site: &Site, person: &mut Person) -> anyhow::Result<String> {
    let found =
        person.read(site, "/api/addresses/regions?q=망원동").await?.context("a search for regions")?;
    Ok(word(&found, "/items/0/code"))
}

/// What somebody gives, or needs.
pub fn listing(title: &str, region: &str) -> Value {
    json!({
        "title": title, "body": "G, C, D만 잡으면 한 시간 안에 노래 한 곡을 끝까지 칠 수 있어요.",
        "category": "music", "minutes": 60, "mode": "either", "region_code": region,
        "times": ["tue-evening"], "bring": "",
    })
}

fn wire(at: DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
