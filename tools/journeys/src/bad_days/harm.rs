//! Ways in which books can be wrong. Each is done to the real databases inside a transaction that is undone, and must
//! be noticed.

use super::{books::Books, ledger::Kept, people::Seen};

/// One of them.
#[derive(Debug)]
pub struct Harm {
    pub name: &'static str,
    /// Whose database.
    pub service: &'static str,
    pub sql: &'static str,
    /// The check that must find it.
    pub noticed_by: &'static str,
}

const fn harm(
    name: &'static str,
    service: &'static str,
    noticed_by: &'static str,
    sql: &'static str,
) -> Harm {
    Harm { name, service, sql, noticed_by }
}

/// Cursors go back over what somebody else wrote. One that covers only its owner's messages moved by itself when they
/// were sent: nobody read anything, and no count of unread messages changes when it goes back.
const UNREAD_AGAIN: &str = "UPDATE participant p SET read_seq = 0 WHERE EXISTS (SELECT 1 FROM message m \
    WHERE m.conversation_id = p.conversation_id AND m.seq <= p.read_seq \
    AND m.author_id IS DISTINCT FROM p.account_id)";

/// All of them.
pub const ALL: &[Harm] = &[
    harm(
        "lose-account",
        "auth",
        "accounts",
        "SET LOCAL session_replication_role = replica; \
        DELETE FROM accounts WHERE id = (SELECT id FROM accounts ORDER BY id LIMIT 1)",
    ),
    harm(
        "lose-member",
        "core",
        "members",
        "SET LOCAL session_replication_role = replica; \
        DELETE FROM members WHERE id = (SELECT id FROM members ORDER BY id LIMIT 1)",
    ),
    harm(
        "lose-session",
        "auth",
        "device sessions",
        "DELETE FROM device_sessions WHERE id = (SELECT id FROM device_sessions ORDER BY id LIMIT 1)",
    ),
    harm(
        "forget-name",
        "core",
        "names",
        "UPDATE members SET name = '누구' WHERE id = (SELECT id FROM members WHERE name IS NOT NULL ORDER BY id LIMIT 1)",
    ),
    harm(
        "lose-listing",
        "core",
        "listings",
        "DELETE FROM listings WHERE id = (SELECT id FROM listings ORDER BY id LIMIT 1)",
    ),
    harm(
        "double-listing",
        "core",
        "listings",
        "CREATE TEMP TABLE again ON COMMIT DROP AS \
        SELECT * FROM listings ORDER BY id LIMIT 1; UPDATE again SET id = gen_random_uuid(); \
        INSERT INTO listings SELECT * FROM again",
    ),
    harm(
        "lose-inquiry",
        "core",
        "inquiries",
        "DELETE FROM inquiries WHERE id = (SELECT id FROM inquiries ORDER BY id LIMIT 1)",
    ),
    harm(
        "lose-engagement",
        "core",
        "engagements",
        "SET LOCAL session_replication_role = replica; \
        DELETE FROM engagements WHERE id = (SELECT id FROM engagements ORDER BY id LIMIT 1)",
    ),
    harm(
        "lose-counter",
        "core",
        "terms",
        "DELETE FROM engagement_terms WHERE (engagement_id, version) IN \
         (SELECT engagement_id, version FROM engagement_terms WHERE version > 1 LIMIT 1)",
    ),
    harm(
        "undo-act",
        "core",
        "acts",
        "DELETE FROM engagement_facts WHERE (engagement_id, sequence) IN \
        (SELECT engagement_id, sequence FROM engagement_facts WHERE kind = 'scheduled' LIMIT 1)",
    ),
    harm(
        "double-act",
        "core",
        "acts",
        "INSERT INTO engagement_facts \
        SELECT engagement_id, sequence + 100, at, actor, kind, terms_version, params FROM engagement_facts \
        WHERE kind = 'scheduled' LIMIT 1",
    ),
    harm(
        "lose-message",
        "chat",
        "messages",
        "DELETE FROM message WHERE (conversation_id, seq) IN \
        (SELECT conversation_id, seq FROM message WHERE client_id IS NOT NULL LIMIT 1)",
    ),
    harm(
        "double-message",
        "chat",
        "messages",
        "INSERT INTO message (conversation_id, seq, id, author_id, client_id, body, at) \
        SELECT m.conversation_id, c.last_seq + 1, gen_random_uuid(), m.author_id, gen_random_uuid(), m.body, m.at \
        FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.client_id IS NOT NULL LIMIT 1",
    ),
    harm(
        "change-message",
        "chat",
        "messages",
        "UPDATE message SET body = '다른 말' WHERE (conversation_id, seq) IN \
        (SELECT conversation_id, seq FROM message WHERE client_id IS NOT NULL LIMIT 1)",
    ),
    harm(
        "skip-a-number",
        "chat",
        "numbers of messages",
        "UPDATE conversation SET last_seq = last_seq + 1 WHERE id = \
        (SELECT id FROM conversation WHERE last_seq > 0 LIMIT 1)",
    ),
    harm("unread-again", "chat", "read cursors", UNREAD_AGAIN),
    harm("miscount", "chat", "what people see", UNREAD_AGAIN),
    harm(
        "lose-conversation",
        "chat",
        "conversations",
        "SET LOCAL session_replication_role = replica; \
        DELETE FROM conversation WHERE id = (SELECT id FROM conversation ORDER BY id LIMIT 1)",
    ),
    harm(
        "lose-system-message",
        "chat",
        "system messages",
        "DELETE FROM message WHERE (conversation_id, seq) IN \
        (SELECT conversation_id, seq FROM message WHERE system_key IS NOT NULL LIMIT 1)",
    ),
    harm(
        "lose-notice",
        "notify_address",
        "notices",
        "DELETE FROM notification.notices WHERE (account_id, id) IN \
        (SELECT account_id, id FROM notification.notices WHERE key <> 'engagement.reminder' LIMIT 1)",
    ),
    harm(
        "double-notice",
        "notify_address",
        "notices",
        "ALTER TABLE notification.notices DROP CONSTRAINT notices_account_id_event_id_key; \
        INSERT INTO notification.notices SELECT account_id, gen_random_uuid(), event_id, key, category, params, created_at, read_at \
        FROM notification.notices LIMIT 1",
    ),
    harm(
        "tell-a-stranger",
        "notify_address",
        "notices",
        "UPDATE notification.notices n SET account_id = \
        (SELECT account_id FROM notification.accounts a WHERE a.account_id <> n.account_id AND NOT EXISTS \
         (SELECT 1 FROM notification.notices o WHERE o.account_id = a.account_id AND o.event_id = n.event_id) LIMIT 1) \
        WHERE (account_id, id) IN (SELECT account_id, id FROM notification.notices WHERE key = 'engagement.proposed' LIMIT 1)",
    ),
    harm(
        "lose-proof",
        "notify_address",
        "effects",
        "DELETE FROM processed_event WHERE (consumer, event_id) IN \
        (SELECT consumer, event_id FROM processed_event LIMIT 1)",
    ),
    harm(
        "lose-event",
        "core",
        "facts told",
        "DELETE FROM event_log WHERE position = \
        (SELECT min(position) FROM event_log WHERE kind = 'EngagementProposed')",
    ),
    harm(
        "double-event",
        "chat",
        "messages told",
        "INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
        SELECT gen_random_uuid(), topic, kind, key, sequence, occurred_at, headers, data FROM event_log \
        WHERE kind = 'MessageStored' LIMIT 1",
    ),
    harm(
        "hold-back-event",
        "auth",
        "outboxes",
        "INSERT INTO outbox (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
        SELECT gen_random_uuid(), topic, kind, key, sequence, occurred_at, headers, data FROM event_log LIMIT 1",
    ),
    harm(
        "park-event",
        "notify_address",
        "parked events",
        "INSERT INTO parked_event (consumer, key, event_id, record, cause, parked_at) \
        VALUES ('notify-address/notification', gen_random_uuid(), gen_random_uuid(), '{}', 'harm', 'epoch')",
    ),
    harm(
        "miss-a-timer",
        "core",
        "timers",
        "UPDATE job SET run_at = 'epoch' WHERE id = (SELECT id FROM job LIMIT 1)",
    ),
];

/// A reckoning that cannot fail proves nothing: each harm is done, looked for and undone. Says what came of it.
///
/// # Errors
/// A harm cannot be done, as there was too little load.
pub async fn all_are_noticed(books: &Books, ledger: &[Kept], seen: &Seen) -> anyhow::Result<bool> {
    let mut all = true;
    for harm in ALL {
        let reckoning = books.harmed(harm, ledger, seen).await?;
        if !reckoning.finds_wrong(harm.noticed_by) {
            println!("NOT NOTICED: {} (by '{}')", harm.name, harm.noticed_by);
            all = false;
        }
    }
    let verdict = if all { "all noticed" } else { "NOT all noticed" };
    println!("{} harms tried on these books, {verdict}", ALL.len());
    Ok(all)
}
