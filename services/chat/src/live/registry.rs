//! The connections of this process.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use common::{Ctx, auth::Caller, http::Problem};
use moka::sync::Cache;
use uuid::Uuid;

use super::{catch_up, close, connection::Connection, domain::Live, frames, pipe::Pipe};
use crate::{config::Config, conversation::api};

/// How many conversations' participants are remembered; they never change.
const REMEMBERED: u64 = 10_000;

/// Who is connected here. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ConnectionRegistry(Arc<Inner>);

struct Inner {
    config: Config,
    people: Mutex<HashMap<Uuid, Vec<Arc<Connection>>>>,
    participants: Cache<Uuid, Vec<Uuid>>,
}

impl ConnectionRegistry {
    pub(crate) fn new(config: Config) -> Self {
        Self(Arc::new(Inner { config, people: Mutex::default(), participants: Cache::new(REMEMBERED) }))
    }

    pub(super) fn config(&self) -> &Config {
        &self.0.config
    }

    fn people(&self) -> MutexGuard<'_, HashMap<Uuid, Vec<Arc<Connection>>>> {
        self.0.people.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a connection. Beyond the limit, the account's oldest one is ended.
    pub(super) fn add(&self, caller: &Caller, pipe: Arc<Pipe>) -> Arc<Connection> {
        let connection = Arc::new(Connection::new(caller, pipe));
        let mut people = self.people();
        let mine = people.entry(caller.account).or_default();
        mine.push(connection.clone());
        let surplus = (mine.len() > self.0.config.sockets_per_account.max(1)).then(|| mine.remove(0));
        drop(people);
        if let Some(oldest) = surplus {
            oldest.pipe.close(close::TOO_MANY);
        }
        connection
    }

    pub(super) fn remove(&self, connection: &Arc<Connection>) {
        let mut people = self.people();
        if let Entry::Occupied(mut mine) = people.entry(connection.account) {
            mine.get_mut().retain(|s| !Arc::ptr_eq(s, connection));
            if mine.get().is_empty() {
                mine.remove();
            }
        }
    }

    /// The accounts that are connected here.
    pub(super) fn accounts(&self) -> Vec<Uuid> {
        self.people().keys().copied().collect()
    }

    /// Whether any of them is connected here.
    pub(super) fn any_here(&self, accounts: &[Uuid]) -> bool {
        let people = self.people();
        accounts.iter().any(|a| people.contains_key(a))
    }

    /// The connections of these accounts.
    pub(super) fn of(&self, accounts: &[Uuid]) -> Vec<Arc<Connection>> {
        let people = self.people();
        accounts.iter().filter_map(|a| people.get(a)).flatten().cloned().collect()
    }

    fn all(&self) -> Vec<Arc<Connection>> {
        self.people().values().flatten().cloned().collect()
    }

    /// Sends a message that was stored to those participants who are connected here and lack it.
    pub(super) fn deliver(
        &self,
        cx: &Ctx,
        conversation: Uuid,
        seq: i64,
        frame: &Bytes,
        participants: &[Uuid],
    ) {
        for connection in self.of(participants) {
            if connection.deliver(conversation, seq, frame) == Live::CatchUp {
                cx.tasks.spawn(catch_up::run(cx.clone(), connection, vec![conversation]));
            }
        }
    }

    /// Sends the same frame to all connections of these accounts.
    pub(super) fn send(&self, accounts: &[Uuid], frame: &Bytes) {
        for connection in self.of(accounts) {
            connection.pipe.push_or_close(frame);
        }
    }

    /// "Is typing", to the others' connections in this process; dropped first when one is busy.
    pub(super) async fn typing(&self, cx: &Ctx, account: Uuid, conversation: Uuid) -> Result<(), Problem> {
        let participants = self.participants(cx, conversation).await?;
        if !participants.contains(&account) {
            return Ok(());
        }
        let others: Vec<_> = participants.into_iter().filter(|p| *p != account).collect();
        let connections = self.of(&others);
        if !connections.is_empty() {
            let frame =
                frames::ServerFrame::Typing { conversation_id: conversation, account_id: account }.encode();
            for connection in connections {
                connection.pipe.push_if_idle(&frame);
            }
        }
        Ok(())
    }

    async fn participants(&self, cx: &Ctx, conversation: Uuid) -> Result<Vec<Uuid>, Problem> {
        if let Some(known) = self.0.participants.get(&conversation) {
            return Ok(known);
        }
        let found = api::participants(&mut *cx.read().await?, conversation).await?;
        let Some(found) = found else { return Ok(Vec::new()) };
        self.0.participants.insert(conversation, found.clone());
        Ok(found)
    }

    /// Pings the clients that are due, and ends connections whose token is over or that fell silent.
    pub(super) fn sweep(&self, cx: &Ctx) {
        let Config { heartbeat, silence, .. } = self.0.config;
        let (now, revocations) = (cx.clock.now(), cx.verifier.revocations());
        for connection in self.all() {
            connection.sweep(now, revocations, heartbeat, silence);
        }
    }

    /// The process stops.
    pub(super) fn close_all(&self) {
        for connection in self.all() {
            connection.pipe.close(close::GOING_AWAY);
        }
    }
}
