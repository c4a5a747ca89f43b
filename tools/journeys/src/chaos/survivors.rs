//! Which of the acknowledged writes are in the databases: asked after a restore, before anybody works again.

use std::collections::{BTreeMap, BTreeSet};

use super::{ledger::Write, observations::Observations};

/// Where a kind of write leaves its traces.
struct Place {
    service: &'static str,
    sql: &'static str,
}

/// One column, the trace: the kind of write in front keeps those of different kinds apart.
const PLACES: &[Place] = &[
    Place { service: "auth", sql: "SELECT 'account ' || id || ' ' || email FROM accounts" },
    Place { service: "auth", sql: "SELECT 'session ' || id || ' ' || account_id FROM device_sessions" },
    Place { service: "core", sql: "SELECT 'listing ' || id || ' ' || title FROM listings" },
    Place { service: "core", sql: "SELECT 'inquiry ' || id FROM inquiries" },
    Place { service: "core", sql: "SELECT 'terms ' || engagement_id || ' ' || place FROM engagement_terms" },
    Place {
        service: "core",
        sql: "SELECT 'act ' || f.engagement_id || ' ' || \
              CASE f.actor WHEN 'donor' THEN e.donor_id ELSE e.recipient_id END || ' ' || f.kind \
              FROM engagement_facts f JOIN engagements e ON e.id = f.engagement_id \
              WHERE f.actor IN ('donor', 'recipient')",
    },
    Place { service: "chat", sql: "SELECT 'message ' || id || ' ' || seq || ' ' || body FROM message" },
];

/// The places, in the ledger, of what is not there. Of several writes that leave the same trace the first are there; a
/// name or a cursor is there if it stands, or one that was put later, be it one whose answer was lost.
///
/// # Errors
/// A database is unavailable.
pub async fn lost(observations: &Observations, ledger: &[Write]) -> anyhow::Result<BTreeSet<usize>> {
    let mut traces: BTreeMap<String, usize> = BTreeMap::new();
    for Place { service, sql } in PLACES {
        for [trace] in observations.rows::<1>(service, sql).await? {
            *traces.entry(trace).or_default() += 1;
        }
    }
    let names = "SELECT id, name FROM members WHERE name IS NOT NULL";
    let names: BTreeMap<String, String> =
        observations.rows::<2>("core", names).await?.into_iter().map(|[id, name]| (id, name)).collect();
    let mut cursors = BTreeMap::new();
    for [conversation, account, seq] in
        observations.rows("chat", "SELECT conversation_id, account_id, read_seq FROM participant").await?
    {
        cursors.insert((conversation, account), seq.parse::<i64>()?);
    }
    let stands: BTreeMap<&String, usize> = ledger
        .iter()
        .enumerate()
        .filter_map(|(at, kept)| match kept {
            Write::Name { account, name } if names.get(account) == Some(name) => Some((account, at)),
            _ => None,
        })
        .collect();

    let mut inquiries = BTreeSet::new();
    let mut lost = BTreeSet::new();
    for (at, kept) in ledger.iter().enumerate() {
        let trace = match kept {
            Write::Account { id, email } => format!("account {id} {email}"),
            Write::Session { id, account } => format!("session {id} {account}"),
            Write::Listing { id, title, .. } => format!("listing {id} {title}"),
            // Asking again is answered with the same.
            Write::Inquiry { id, .. } if inquiries.contains(id) => continue,
            Write::Inquiry { id, .. } => format!("inquiry {id}"),
            Write::Engagement { id, place, .. } | Write::Counter { engagement: id, place, .. } => {
                format!("terms {id} {place}")
            }
            Write::Act { engagement, by, fact } => format!("act {engagement} {by} {fact}"),
            Write::Message { id, seq, text, .. } => format!("message {id} {seq} {text}"),
            Write::Name { account, .. } => {
                let is_there = match stands.get(account) {
                    Some(latest) => at <= *latest,
                    None => names.contains_key(account),
                };
                if !is_there {
                    lost.insert(at);
                }
                continue;
            }
            Write::Read { conversation, account, seq } => {
                let place = (conversation.clone(), account.clone());
                if cursors.get(&place).is_none_or(|stands| stands < seq) {
                    lost.insert(at);
                }
                continue;
            }
        };
        match traces.get_mut(&trace) {
            Some(left) if *left > 0 => {
                *left -= 1;
                if let Write::Inquiry { id, .. } = kept {
                    inquiries.insert(id.clone());
                }
            }
            _ => {
                lost.insert(at);
            }
        }
    }
    Ok(lost)
}
