//! What keeps the data right, switched off: a run that cannot fail proves nothing.

use clap::ValueEnum;
use dojob_journeys::chaos::database::Database;
use secrecy::ExposeSecret;
use standalone::Databases;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Breakage {
    /// An event has its effect as often as it is delivered: the table of effects loses its key.
    Dedup,
    /// Of two events that come one after the other, the later one has the earlier place in the log.
    Order,
    /// A roll-out kills instead of letting a process finish what it has begun.
    Drain,
}

impl Breakage {
    /// Does it where it is the database's.
    pub async fn switch_off(self, databases: &Databases) -> anyhow::Result<()> {
        let sql = match self {
            Self::Dedup => "ALTER TABLE processed_event DROP CONSTRAINT processed_event_pkey",
            // Unique still, and never below 1, where the relay begins.
            Self::Order => {
                "CREATE FUNCTION turned_round() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN NEW.position := (NEW.position # 1) + 2; RETURN NEW; END $$; \
                 CREATE TRIGGER turned_round BEFORE INSERT ON event_log FOR EACH ROW EXECUTE FUNCTION turned_round()"
            }
            Self::Drain => return Ok(()),
        };
        for url in [&databases.core, &databases.auth, &databases.notify_address, &databases.chat] {
            Database::open(url.expose_secret()).await?.run(sql).await?;
        }
        Ok(())
    }
}
