//! CPU time of processes, in nanoseconds: what an operation costs, independent of other load on the machine.

use std::{collections::HashMap, time::Duration};

/// Counts what some processes and their children use from now on.
#[derive(Debug)]
pub struct Meter {
    parents: Vec<u32>,
    /// By thread: when we began, and when we last looked. Threads that have ended keep what was last seen.
    before: HashMap<u32, u64>,
    last: HashMap<u32, u64>,
}

impl Meter {
    pub fn start(parents: &[u32]) -> Self {
        let before = look(parents);
        Self { parents: parents.to_vec(), last: before.clone(), before }
    }

    /// One more process, with all that it has used in its life.
    pub fn add(&mut self, parent: u32) {
        self.parents.push(parent);
    }

    /// Looks again. To be called often where threads or children end.
    pub fn look(&mut self) {
        self.last.extend(look(&self.parents));
    }

    /// Looks, and says what was used since the start.
    pub fn spent(&mut self) -> Duration {
        self.look();
        let used =
            |(thread, now): (&u32, &u64)| now.saturating_sub(self.before.get(thread).copied().unwrap_or(0));
        Duration::from_nanos(self.last.iter().map(used).sum())
    }
}

/// CPU of every thread of these processes and their children.
fn look(parents: &[u32]) -> HashMap<u32, u64> {
    let mut all = HashMap::new();
    for parent in parents {
        for thread in threads(*parent) {
            all.extend(used(*parent, thread).map(|nanos| (thread, nanos)));
            let path = format!("/proc/{parent}/task/{thread}/children");
            let children = std::fs::read_to_string(path).unwrap_or_default();
            for child in children.split_whitespace().filter_map(|pid| pid.parse().ok()) {
                all.extend(threads(child).filter_map(|t| Some((t, used(child, t)?))));
            }
        }
    }
    all
}

fn threads(pid: u32) -> impl Iterator<Item = u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    tasks.filter_map(|task| task.file_name().to_str()?.parse().ok())
}

fn used(pid: u32, thread: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/task/{thread}/schedstat")).ok()?;
    stat.split_whitespace().next()?.parse().ok()
}

/// CPU that the calling thread has used in its life.
pub fn of_this_thread() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// Proportional set size of a process, in bytes: its own memory and its share of what it shares.
pub fn pss(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find(|l| l.starts_with("Pss:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) * 1024
}
