//! The whole cluster, through crashes and a roll-out. Builds the programs it starts.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story that cannot be told must fail loudly"
)]

use std::{
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use cluster::{Cluster, Options, down};
use serde_json::{Value, json};

/// Longer than anything here takes, however busy the machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// Builds what a cluster starts; where it is.
fn programs() -> PathBuf {
    let me = std::env::current_exe().unwrap();
    let profile = me.ancestors().nth(2).unwrap();
    let services = ["dojob-core", "dojob-auth", "dojob-notify-address", "dojob-chat"];
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "-p", "dojob-standalone", "-p", "dojob-cluster"]);
    for service in services {
        build.args(["-p", service, "--features", &format!("{service}/kafka")]);
    }
    build.env("CARGO_TARGET_DIR", profile.parent().unwrap()).current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(build.status().unwrap().success());
    profile.to_owned()
}

struct Visitor {
    base: String,
    client: reqwest::Client,
}

impl Visitor {
    /// Signs up somebody new and waits until core has heard of them. While something is away, a request may be
    /// refused; it is made again until it is not.
    async fn signs_up(&self, name: &str) {
        let email = format!("{name}@example.org");
        let documents = self.json(reqwest::Method::GET, "/api/auth/documents", None, None).await;
        let consents: Vec<Value> = documents["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|document| document["required"] == true)
            .map(|document| json!({"doc": document["doc"], "version": document["version"]}))
            .collect();
        let form = json!({
            "email": email, "password": "correct horse battery", "birth_date": "1990-01-01",
            "consents": consents, "locale": "ko",
        });
        let session = self.json(reqwest::Method::POST, "/api/auth/signup", Some(form), None).await;
        let token = session["access_token"].as_str().unwrap();
        // Answers only when the event has come over Kafka.
        let me = self.json(reqwest::Method::GET, "/api/core/me", None, Some(token)).await;
        assert_eq!(me["id"], session["account"]["id"]);
    }

    async fn json(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<Value>,
        token: Option<&str>,
    ) -> Value {
        let since = Instant::now();
        loop {
            let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
            if let Some(body) = &body {
                request = request.json(body);
            }
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let answer = request.send().await.unwrap();
            let status = answer.status();
            if status.is_success() {
                return answer.json().await.unwrap();
            }
            let words = answer.text().await.unwrap();
            assert!(since.elapsed() < PATIENCE, "{path}: {status} {words}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_each_may_die_and_people_still_sign_up() {
    let home = tempfile::tempdir().unwrap().keep().join("home");
    let mut options = Options::new(&home).unwrap();
    options.programs = programs();
    options.postgres = postgres::Binaries::Machine;
    let mut cluster = Box::pin(Cluster::start(options)).await.unwrap();
    let client = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
    let visitor = Visitor { base: cluster.url(), client };
    visitor.signs_up("before").await;

    let ones = ["core-1", "auth-1", "notify-address-1", "chat-1"];
    for name in ones {
        cluster.kill9(name).await.unwrap();
    }
    visitor.signs_up("with-half-of-them").await;
    for name in ones {
        cluster.start_again(name).await.unwrap();
    }
    for name in ["kafka", "postgres"] {
        cluster.kill9(name).await.unwrap();
        cluster.start_again(name).await.unwrap();
    }
    visitor.signs_up("after").await;

    // A roll-out: the other half goes in order, and comes back elsewhere.
    let before = cluster.balancer().state()["core"].targets.clone();
    cluster.stop_one("core-2").await.unwrap();
    assert_eq!(cluster.processes()["core-2"], None);
    cluster.start_again("core-2").await.unwrap();
    let after = cluster.balancer().state()["core"].targets.clone();
    assert!(after.iter().any(|target| before.iter().all(|old| old.address != target.address)));
    visitor.signs_up("rolled-out").await;

    assert!(cluster.dead().await.unwrap().is_empty());
    cluster.stop().await.unwrap();
    assert!(down(&home).await.unwrap().is_empty(), "it has stopped everything itself");
    assert!(!home.exists());
    std::fs::remove_dir(home.parent().unwrap()).unwrap();
}
