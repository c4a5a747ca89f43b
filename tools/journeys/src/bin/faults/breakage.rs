//! What keeps the books right, switched off: a run that cannot fail proves nothing.

use std::{fmt, str::FromStr};

use anyhow::bail;
use secrecy::ExposeSecret;
use standalone::Databases;
use tokio_postgres::NoTls;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakage {
    /// Proofs of effect prevent nothing: without its key the table takes any number of them.
    Dedup,
    /// What waits in an outbox is handed on in another order than it was said in.
    Order,
    /// A roll-out kills instead of letting a process finish what it has begun.
    Drain,
}

impl FromStr for Breakage {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> anyhow::Result<Self> {
        match name {
            "dedup" => Ok(Self::Dedup),
            "order" => Ok(Self::Order),
            "drain" => Ok(Self::Drain),
            _ => bail!("'{name}' cannot be switched off: dedup, order, drain"),
        }
    }
}

impl fmt::Display for Breakage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dedup => "dedup: an event has its effect as often as it is delivered",
            Self::Order => "order: the last of sixteen events that wait is handed on first",
            Self::Drain => "drain: a roll-out kills",
        })
    }
}

impl Breakage {
    /// Does it where it is the database's.
    pub async fn switch_off(self, databases: &Databases) -> anyhow::Result<()> {
        let sql = match self {
            Self::Dedup => "ALTER TABLE processed_event DROP CONSTRAINT processed_event_pkey",
            // Unique still, and never below 1, where the relay begins.
            Self::Order => {
                "CREATE FUNCTION turned_round() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN NEW.id := (NEW.id # 15) + 16; RETURN NEW; END $$; \
                 CREATE TRIGGER turned_round BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION turned_round()"
            }
            Self::Drain => return Ok(()),
        };
        for url in [&databases.core, &databases.auth, &databases.notify_address, &databases.chat] {
            let (client, connection) = tokio_postgres::connect(url.expose_secret(), NoTls).await?;
            let work = async {
                let done = client.batch_execute(sql).await;
                drop(client);
                done
            };
            let (done, _) = tokio::join!(work, connection);
            done?;
        }
        Ok(())
    }
}
