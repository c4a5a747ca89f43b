//! Those who attack and those who are attacked.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context, ensure};
use common::time::Clock;
use dojob_journeys::{PASSWORD, wire};
use reqwest::{Client, Method, Response, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::target::Target;

/// A client on this address of loopback.
pub fn client(last: u8) -> reqwest::Result<Client> {
    let from = IpAddr::V4(Ipv4Addr::new(127, 0, 0, last));
    Client::builder().local_address(from).pool_max_idle_per_host(1024).build()
}

/// Somebody with an account, at one of their devices.
#[derive(Clone)]
pub struct Person {
    base: String,
    client: Client,
    email: String,
    pub token: String,
    pub device: String,
}

impl Person {
    /// Signs up and completes their profile.
    pub async fn new(target: &Target, name: &str) -> anyhow::Result<Self> {
        let mut person = Self {
            base: target.base.clone(),
            client: client(1)?,
            email: format!("{}@dojob.example", Uuid::new_v4()),
            token: String::new(),
            device: String::new(),
        };
        let documents = person.get("/api/auth/documents").await?;
        let required =
            documents["items"].as_array().context("documents")?.iter().filter(|d| d["required"] == true);
        let consents: Vec<_> =
            required.map(|d| json!({ "doc": d["doc"], "version": d["version"] })).collect();
        let form = json!({
            "email": person.email, "password": PASSWORD, "birth_date": "1990-03-14", "consents": consents, "locale": "ko",
        });
        person.post("/api/auth/signup", form).await?;
        let token = loop {
            let mails = person.get(&format!("/dev/mail.json?to={}", person.email)).await?;
            let mails: Vec<mailbox::Mail> = serde_json::from_value(mails)?;
            if let Some(token) = mails.iter().find_map(mailbox::Mail::token) {
                break token.to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        let link = json!({ "token": token, "password": PASSWORD });
        person.enter("/api/auth/address/verify", link).await?;
        // Answers only when core has heard of them.
        let profile = json!({ "name": name, "region_code": "1144012300" });
        loop {
            let answer = person.send(Method::PATCH, "/api/core/me", Some(&profile)).await?;
            if answer.status().is_success() {
                return Ok(person);
            }
            ensure!(answer.status() == 404 || answer.status() == 503, "{}", answer.text().await?);
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// The same person at another device.
    pub async fn elsewhere(&self) -> anyhow::Result<Self> {
        let mut there = Self { client: client(1)?, ..self.clone() };
        there.enter("/api/auth/login", json!({ "email": self.email, "password": PASSWORD })).await?;
        Ok(there)
    }

    async fn enter(&mut self, path: &str, form: Value) -> anyhow::Result<()> {
        let session = self.post(path, form).await?;
        session["access_token"].as_str().context("a token")?.clone_into(&mut self.token);
        let devices = self.get("/api/auth/devices").await?;
        let own =
            devices["items"].as_array().and_then(|all| all.iter().find(|device| device["current"] == true));
        own.and_then(|device| device["id"].as_str()).context("a device")?.clone_into(&mut self.device);
        Ok(())
    }

    /// Sends a request as this person, under a new key.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> reqwest::Result<Response> {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        if let Some(body) = body {
            request = request.json(body).header("idempotency-key", Uuid::new_v4().to_string());
        }
        request.send().await
    }

    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        answered(path, self.send(Method::GET, path, None).await?).await
    }

    pub async fn post(&self, path: &str, body: Value) -> anyhow::Result<Value> {
        answered(path, self.send(Method::POST, path, Some(&body)).await?).await
    }

    /// A talent of theirs.
    pub async fn gives(&self, title: &str) -> anyhow::Result<Value> {
        let talent = json!({
            "title": title, "body": "한 시간 안에 노래 한 곡을 쳐요.", "category": "music", "minutes": 60, "mode": "either",
            "region_code": "1144012300", "times": [], "bring": "",
        });
        Ok(self.post("/api/core/talents", talent).await?["id"].clone())
    }
}

async fn answered(path: &str, answer: Response) -> anyhow::Result<Value> {
    let (status, text) = (answer.status(), answer.text().await?);
    ensure!(status.is_success(), "{path}: {status} {text}");
    Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// A proposal of an hour, so many hours from now.
pub fn proposal(talent: &Value, hours: i64) -> Value {
    let starts_at = wire(Clock::default().now() + chrono::TimeDelta::hours(hours));
    json!({ "talent_id": talent, "terms": {
        "starts_at": starts_at, "minutes": 60, "mode": "in_person", "place": "망원동 작은 카페 창가", "bring": "",
    } })
}
