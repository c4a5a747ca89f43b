//! A look at the running server many times a second: how far its log has come, and how much of it is archived. What a
//! restore must bring back is known from this alone, not from what the restored server says.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use dojob_journeys::chaos::database::Database;
use tokio::task::JoinSet;

/// Bytes of a segment of the write-ahead log.
pub const SEGMENT: u64 = 16 << 20;

/// After so long a segment of the log is archived that is not full.
pub const ARCHIVED_AFTER: Duration = Duration::from_secs(5);

const PAUSE: Duration = Duration::from_millis(25);

/// What was seen at one moment.
#[derive(Clone, Copy, Debug)]
struct Look {
    /// Before it was asked: everything acknowledged until then lies before `written`.
    at: Instant,
    /// The server's own clock, in seconds.
    clock: f64,
    /// How far the log was written.
    written: u64,
    /// How far it was archived.
    archived: u64,
}

/// Looks at a server until it dies.
pub struct Watch {
    looks: Arc<Mutex<Vec<Look>>>,
    _task: JoinSet<()>,
}

impl Watch {
    pub async fn begin(server: &postgres::Server) -> anyhow::Result<Self> {
        let connection = Database::open(&server.superuser_url("postgres")?).await?;
        let [segment] =
            connection.row("SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'").await?;
        ensure!(segment == SEGMENT.to_string(), "segments of {segment} bytes");
        let looks = Arc::new(Mutex::new(vec![look(&connection).await?]));
        let mut task = JoinSet::new();
        let into = looks.clone();
        task.spawn(async move {
            while let Ok(look) = look(&connection).await {
                into.lock().unwrap_or_else(PoisonError::into_inner).push(look);
                tokio::time::sleep(PAUSE).await;
            }
        });
        Ok(Self { looks, _task: task })
    }

    fn all(&self) -> Vec<Look> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn last(&self) -> anyhow::Result<Look> {
        self.all().last().copied().context("nothing was seen")
    }

    /// How far the log is archived, as far as was seen.
    pub fn archived(&self) -> anyhow::Result<u64> {
        Ok(self.last()?.archived)
    }

    /// Waits until everything is archived that is written now.
    pub async fn until_archived(&self, patience: Duration) -> anyhow::Result<()> {
        let (since, written) = (Instant::now(), self.last()?.written);
        while self.archived()? < written {
            ensure!(since.elapsed() < patience, "nothing is archived any more");
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// The last moment up to which everything acknowledged is archived.
    pub fn safe_until(&self) -> anyhow::Result<Instant> {
        let (all, archived) = (self.all(), self.archived()?);
        let safe = all.iter().rev().find(|look| look.written <= archived);
        Ok(safe.context("nothing was archived while somebody looked")?.at)
    }

    /// What the server's clock showed then, in seconds.
    pub fn clock_at(&self, moment: Instant) -> anyhow::Result<f64> {
        let last = self.last()?;
        let after = moment.saturating_duration_since(last.at).as_secs_f64();
        Ok(last.clock + after - last.at.saturating_duration_since(moment).as_secs_f64())
    }
}

async fn look(connection: &Database) -> anyhow::Result<Look> {
    let at = Instant::now();
    let [written, clock, archived] = connection
        .row(
            "SELECT pg_current_wal_insert_lsn(), extract(epoch FROM clock_timestamp()), last_archived_wal \
             FROM pg_stat_archiver",
        )
        .await?;
    Ok(Look { at, clock: clock.parse()?, written: position(&written)?, archived: end_of(&archived) })
}

/// `16/B374D848`.
pub fn position(text: &str) -> anyhow::Result<u64> {
    let (high, low) = text.split_once('/').with_context(|| format!("'{text}' is no position of a log"))?;
    Ok((u64::from_str_radix(high, 16)? << 32) + u64::from_str_radix(low, 16)?)
}

/// Where a segment ends, by its name: timeline, and then the place in two halves. What is no segment ends nowhere.
fn end_of(name: &str) -> u64 {
    let part = |from: usize| name.get(from..from + 8).and_then(|part| u64::from_str_radix(part, 16).ok());
    match (part(8), part(16)) {
        (Some(high), Some(low)) => (high << 32) + (low + 1) * SEGMENT,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{SEGMENT, end_of, position};

    #[test]
    fn a_segment_ends_where_the_next_begins() {
        assert_eq!(end_of("000000010000000000000003"), position("0/4000000").unwrap());
        assert_eq!(end_of("0000000200000001000000FF"), position("2/0").unwrap());
        assert_eq!(end_of("000000010000000000000003.00000028.backup"), 4 * SEGMENT);
        assert_eq!(end_of("00000002.history"), 0);
        assert_eq!(end_of(""), 0);
    }
}
