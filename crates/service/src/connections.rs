//! Connections of clients: as many as the process can hold beside its database, and not all of them from one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::{Edge, network};

/// Descriptors that are left for the database, brokers, logs and files.
const RESERVE: u64 = 256;

/// More are of no use to one process.
const MOST: u64 = 100_000;

/// An address may have one in so many of the connections: people behind one router share it.
const SHARE: usize = 8;

/// How many connections there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    pub all: usize,
    pub of_one: usize,
}

impl Limits {
    /// Those of this process, whose limit of open files is raised as far as it goes.
    pub fn of_process() -> Self {
        let files = rlimit::increase_nofile_limit(MOST + RESERVE).unwrap_or_else(|error| {
            tracing::warn!(%error, "the limit of open files is unknown");
            1024
        });
        Self::within(files)
    }

    fn within(files: u64) -> Self {
        let all = files.saturating_sub(RESERVE.min(files / 2)).min(MOST);
        let all = usize::try_from(all).unwrap_or(usize::MAX);
        Self { all, of_one: (all / SHARE).max(1) }
    }
}

/// Counts the connections of each address.
#[derive(Debug)]
pub(crate) struct Connections {
    of_one: usize,
    edge: Edge,
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that is counted for as long as this lives.
#[derive(Debug)]
pub(crate) struct Admitted(Arc<Connections>, IpAddr);

impl Connections {
    pub fn new(limits: Limits, edge: Edge) -> Arc<Self> {
        Arc::new(Self { of_one: limits.of_one, edge, open: Mutex::default() })
    }

    /// Lets a connection of `peer` in, or not: it has too many. A proxy of ours speaks for many clients and is not counted.
    pub fn admit(self: &Arc<Self>, peer: IpAddr) -> Result<Option<Admitted>, TooMany> {
        if self.edge.trusts(peer) {
            return Ok(None);
        }
        let who = network(peer);
        let mut open = self.open();
        let count = open.entry(who).or_default();
        if *count >= self.of_one {
            return Err(TooMany);
        }
        *count += 1;
        Ok(Some(Admitted(self.clone(), who)))
    }

    fn open(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An address has as many connections as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self.0.open();
        if let Some(count) = open.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_leave_a_reserve() {
        let of = |files| {
            let Limits { all, of_one } = Limits::within(files);
            (all, of_one)
        };
        assert_eq!(of(1024), (768, 96));
        assert_eq!(of(20_000), (19_744, 2468));
        assert_eq!(of(u64::MAX), (100_000, 12_500));
        assert_eq!(of(20), (10, 1));
        assert_eq!(of(0), (0, 1));
    }

    #[test]
    fn an_address_has_so_many_and_no_more_and_others_have_their_own() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let connections = Connections::new(Limits { all: 16, of_one: 2 }, Edge::default().behind(proxies));
        let admit = |peer: &str| connections.admit(peer.parse().unwrap());
        let (one, two) = (admit("203.0.113.5").unwrap(), admit("::ffff:203.0.113.5").unwrap());
        assert_eq!(admit("203.0.113.5").unwrap_err(), TooMany);
        admit("203.0.113.6").unwrap();
        drop(one);
        let three = admit("203.0.113.5").unwrap();
        let v6 = (admit("2001:db8::1").unwrap(), admit("2001:db8::2").unwrap());
        assert_eq!(admit("2001:db8::3").unwrap_err(), TooMany);
        admit("2001:db8:0:1::3").unwrap();
        let _proxied: Vec<_> = (0..9).map(|_| admit("10.0.0.7").unwrap()).collect();
        drop((two, three, v6));
        assert!(connections.open().is_empty());
    }
}
