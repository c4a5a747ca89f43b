//! What must be true of the databases: what was acknowledged against what is there, what was published against its effects.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

use serde_json::Value;
use uuid::Uuid;

use super::{
    ledger::Write,
    observations::{Event, Observations},
    people::{Seen, View},
};

/// One invariant: how much was looked at, and what violates it.
#[derive(Debug)]
struct Check {
    name: &'static str,
    looked_at: usize,
    wrong: Vec<String>,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Invariants {
    checks: Vec<Check>,
}

impl Invariants {
    pub async fn check(db: &Observations, ledger: &[Write], seen: &Seen) -> anyhow::Result<Self> {
        let (mut all, events) = (Self::default(), db.events().await?);
        all.identity(db, ledger, &events).await?;
        all.agreements(db, ledger, &events).await?;
        all.talk(db, ledger, &events).await?;
        all.notices(db, &events).await?;
        all.hours(db, &events).await?;
        all.machinery(db, &events).await?;
        all.sights(db, seen).await?;
        Ok(all)
    }

    pub fn hold(&self) -> bool {
        self.checks.iter().all(|check| check.wrong.is_empty())
    }

    pub fn is_violated(&self, name: &str) -> bool {
        self.checks.iter().any(|check| check.name == name && !check.wrong.is_empty())
    }

    /// Adds a check that was made elsewhere.
    pub fn add(&mut self, name: &'static str, looked_at: usize, wrong: Vec<String>) {
        self.checks.push(Check { name, looked_at, wrong });
    }

    /// Each of `expected` is there as often as it is expected, and nothing else is there.
    pub fn same(&mut self, name: &'static str, expected: Vec<String>, there: Vec<String>) {
        let mut balance: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let looked_at = expected.len();
        for item in expected {
            balance.entry(item).or_default().0 += 1;
        }
        for item in there {
            balance.entry(item).or_default().1 += 1;
        }
        let differs = balance.into_iter().filter(|(_, (expected, there))| expected != there);
        let wrong = differs
            .map(|(item, (expected, there))| format!("{item}: {there} instead of {expected}"))
            .collect();
        self.checks.push(Check { name, looked_at, wrong });
    }

    async fn identity(
        &mut self,
        db: &Observations,
        ledger: &[Write],
        events: &[Event],
    ) -> anyhow::Result<()> {
        // A sign-up asked for twice leaves a second account that nobody has verified: it is gone in a day.
        let accounts = pick(ledger, |kept| match kept {
            Write::Account { id, email } => Some(format!("{id} {email}")),
            _ => None,
        });
        let there = lines(
            db.rows::<2>("auth", "SELECT id, email FROM accounts WHERE email_verified_at IS NOT NULL")
                .await?,
        );
        self.same("accounts", accounts, there);
        let ids = || {
            events.iter().filter(|e| e.kind == "AccountRegistered").map(|e| e.key.clone()).collect::<Vec<_>>()
        };
        self.same("members", ids(), lines(db.rows::<1>("core", "SELECT id FROM members").await?));
        self.same(
            "accounts published",
            ids(),
            lines(db.rows::<1>("auth", "SELECT id FROM accounts WHERE email_verified_at IS NOT NULL").await?),
        );

        // A login is no idempotent act: one whose answer was lost leaves a session more.
        let sessions = db.rows::<2>("auth", "SELECT id, account_id FROM device_sessions").await?;
        let published = events.iter().filter(|e| e.kind == "DeviceSessionStarted");
        let published = published
            .map(|e| format!("{} {}", text(&e.data, "device_session_id"), text(&e.data, "account_id")));
        self.same("device sessions published", published.collect(), lines(sessions.clone()));
        let there: BTreeSet<_> = lines(sessions).into_iter().collect();
        let kept = pick(ledger, |kept| match kept {
            Write::Session { id, account } => Some(format!("{id} {account}")),
            _ => None,
        });
        let lost =
            kept.iter().filter(|session| !there.contains(*session)).map(|s| format!("{s}: lost")).collect();
        self.checks.push(Check { name: "device sessions", looked_at: kept.len(), wrong: lost });

        let mut names = BTreeMap::new();
        for kept in ledger {
            if let Write::Name { account, name } = kept {
                names.insert(account, name);
            }
        }
        let names = names.into_iter().map(|(account, name)| format!("{account} {name}")).collect();
        let there = db.rows::<2>("core", "SELECT id, name FROM members WHERE name IS NOT NULL").await?;
        self.same("names", names, lines(there));
        Ok(())
    }

    async fn agreements(
        &mut self,
        db: &Observations,
        ledger: &[Write],
        events: &[Event],
    ) -> anyhow::Result<()> {
        let listings = pick(ledger, |kept| match kept {
            Write::Listing { id, kind, owner, title } => Some(format!("{id} {kind} {owner} {title}")),
            _ => None,
        });
        let there = lines(db.rows::<4>("core", "SELECT id, kind, owner_id, title FROM listings").await?);
        self.same("listings", listings, there);
        let published = |kinds: &[&str]| {
            events.iter().filter(|e| kinds.contains(&e.kind.as_str())).map(|e| e.key.clone()).collect()
        };
        let there = lines(db.rows::<1>("core", "SELECT id FROM listings").await?);
        self.same("listings published", there, published(&["TalentPublished", "NeedOpened"]));

        // There is one for each pair and listing, so asking again is answered with the same.
        let inquiries: BTreeSet<_> = ledger
            .iter()
            .filter_map(|kept| match kept {
                Write::Inquiry { id, asker, listing } => Some(format!("{id} {asker} {listing}")),
                _ => None,
            })
            .collect();
        let there = lines(db.rows::<3>("core", "SELECT id, asker_id, listing_id FROM inquiries").await?);
        self.same("inquiries", inquiries.into_iter().collect(), there);
        let there = lines(db.rows::<1>("core", "SELECT id FROM inquiries").await?);
        self.same("inquiries published", there, published(&["InquiryOpened"]));

        let engagements = pick(ledger, |kept| match kept {
            Write::Engagement { id, listing, .. } => Some(format!("{id} {listing}")),
            _ => None,
        });
        let there = lines(db.rows::<2>("core", "SELECT id, listing_id FROM engagements").await?);
        self.same("engagements", engagements, there);
        let terms = pick(ledger, |kept| match kept {
            Write::Engagement { id, proposer: by, place, .. }
            | Write::Counter { engagement: id, by, place } => Some(format!("{id} {by} {place}")),
            _ => None,
        });
        let there = db.rows::<3>("core", "SELECT engagement_id, put_by, place FROM engagement_terms").await?;
        self.same("terms", terms, lines(there));

        let acts = pick(ledger, |kept| match kept {
            Write::Act { engagement, by, fact } => Some(format!("{engagement} {by} {fact}")),
            _ => None,
        });
        let acted = "SELECT f.engagement_id, CASE f.actor WHEN 'donor' THEN e.donor_id ELSE e.recipient_id END, f.kind \
             FROM engagement_facts f JOIN engagements e ON e.id = f.engagement_id \
             WHERE f.actor IN ('donor', 'recipient') AND f.kind IN \
             ('scheduled', 'declined', 'withdrawn', 'cancelled', 'claimed', 'adjusted')";
        self.same("acts", acts, lines(db.rows::<3>("core", acted).await?));

        // Every fact is published once, and numbered without a gap.
        let facts =
            lines(db.rows::<2>("core", "SELECT engagement_id, sequence FROM engagement_facts").await?);
        let of_engagements = |e: &&Event| e.topic == "dojob.core.engagement.v1";
        let published =
            events.iter().filter(of_engagements).map(|e| format!("{} {}", e.key, e.sequence)).collect();
        self.same("facts published", facts.clone(), published);
        let mut numbered = Vec::new();
        for [id, count] in db.rows("core", "SELECT id, facts FROM engagements").await? {
            numbered.extend((1..=count.parse::<u32>()?).map(|sequence| format!("{id} {sequence}")));
        }
        self.same("numbers of facts", numbered, facts);
        Ok(())
    }

    async fn talk(&mut self, db: &Observations, ledger: &[Write], events: &[Event]) -> anyhow::Result<()> {
        let messages = pick(ledger, |kept| match kept {
            Write::Message { conversation, id, seq, client, author, text } => {
                Some(format!("{conversation} {seq} {id} {author} {client} {text}"))
            }
            _ => None,
        });
        let sql = "SELECT conversation_id, seq, id, author_id, client_id, body FROM message WHERE client_id IS NOT NULL";
        self.same("messages", messages, lines(db.rows::<6>("chat", sql).await?));

        // What core published opens conversations and leaves messages in them.
        let mut conversations = BTreeMap::new();
        let mut system = Vec::new();
        let opens =
            |e: &&Event| matches!(e.topic.as_str(), "dojob.core.engagement.v1" | "dojob.core.inquiry.v1");
        for event in events.iter().filter(opens) {
            let about = &event.data;
            let (engagement, id, one, other) = if event.kind == "InquiryOpened" {
                (None, text(about, "inquiry_id"), text(about, "from"), text(about, "to"))
            } else {
                (
                    Some(text(about, "engagement_id")),
                    text(about, "conversation_id"),
                    text(about, "donor_id"),
                    text(about, "recipient_id"),
                )
            };
            let key = dojob_chat::SYSTEM_KEYS
                .iter()
                .find(|(kind, _)| *kind == event.kind)
                .and_then(|(_, key)| *key);
            system.extend(key.map(|key| format!("{} {id} {key}", event.id)));
            // Proposals and the inquiry of two people about one listing share one; it shows the latest proposal. Who is
            // donor may come first or second: the event that opened it says.
            let shown: &mut (Option<String>, BTreeSet<String>) = conversations.entry(id).or_default();
            shown.0 = shown.0.take().max(engagement);
            shown.1.extend([one, other]);
        }
        let opened = conversations.iter().map(|(id, (engagement, people))| {
            let kind = if engagement.is_some() { "engagement" } else { "inquiry" };
            let people: Vec<_> = people.iter().map(String::as_str).collect();
            format!("{id} {kind} {} {{{}}}", engagement.as_deref().unwrap_or("-"), people.join(","))
        });
        let opened = opened.collect();
        let there = "SELECT id, kind, coalesce(engagement_id::text, '-'), \
                     ARRAY(SELECT p FROM unnest(participants) AS p ORDER BY p) FROM conversation";
        let there = lines(db.rows::<4>("chat", there).await?);
        self.same("conversations", opened, there);
        let published = events
            .iter()
            .filter(|e| e.kind == "ConversationOpened")
            .map(|e| text(&e.data, "conversation_id"));
        self.same("conversations published", conversations.keys().cloned().collect(), published.collect());
        let there = "SELECT id, conversation_id, system_key FROM message WHERE system_key IS NOT NULL";
        self.same("system messages", system, lines(db.rows::<3>("chat", there).await?));

        let stored = db.rows::<3>("chat", "SELECT conversation_id, seq, id FROM message").await?;
        let published = events.iter().filter(|e| e.kind == "MessageStored").map(|e| {
            format!("{} {} {}", text(&e.data, "conversation_id"), e.data["seq"], text(&e.data, "message_id"))
        });
        self.same("messages published", lines(stored.clone()), published.collect());
        let mut numbered = Vec::new();
        for [id, last] in db.rows("chat", "SELECT id, last_seq FROM conversation").await? {
            numbered.extend((1..=last.parse::<u32>()?).map(|seq| format!("{id} {seq}")));
        }
        let numbers =
            stored.into_iter().map(|[conversation, seq, _]| format!("{conversation} {seq}")).collect();
        self.same("numbers of messages", numbered, numbers);

        // A cursor stands where it was put, or further on.
        let mut cursors: HashMap<String, i64> = HashMap::new();
        for [conversation, account, seq] in
            db.rows("chat", "SELECT conversation_id, account_id, read_seq FROM participant").await?
        {
            cursors.insert(format!("{conversation} {account}"), seq.parse()?);
        }
        let (mut looked_at, mut wrong) = (0, Vec::new());
        for kept in ledger {
            if let Write::Read { conversation, account, seq } = kept {
                looked_at += 1;
                let stands = cursors.get(&format!("{conversation} {account}")).copied().unwrap_or_default();
                if stands < *seq {
                    wrong.push(format!("{conversation} {account}: {stands} instead of {seq}"));
                }
            }
        }
        self.checks.push(Check { name: "read cursors", looked_at, wrong });
        Ok(())
    }

    /// Who must have been notified of what: the rule, implemented here a second time.
    async fn notices(&mut self, db: &Observations, events: &[Event]) -> anyhow::Result<()> {
        let of_event = |event: &Event| {
            notified(event).into_iter().map(|person| format!("{} {person}", event.id)).collect::<Vec<_>>()
        };
        let sql = "SELECT event_id, account_id FROM notification.notices WHERE key <> 'engagement.reminder'";
        let there = lines(db.rows::<2>("notify_address", sql).await?);
        let mut told = HashMap::new();
        let told = events.iter().filter(|event| !is_folded(event, &mut told));
        self.same("notices", told.flat_map(of_event).collect(), there);

        // That a proposal was taken back unseen is kept and told nobody; a folded inquiry was told or not, as it came first or
        // yielded.
        let sql = "SELECT id, account_id FROM notification.notices \
                   WHERE folded_at IS NULL OR key NOT IN ('engagement.withdrawn', 'inquiry.opened')";
        let all = lines(db.rows::<2>("notify_address", sql).await?);
        let sql = "SELECT id, account_id FROM notification.notices \
                   WHERE folded_at IS NOT NULL AND key = 'inquiry.opened'";
        let either: BTreeSet<_> = lines(db.rows::<2>("notify_address", sql).await?).into_iter().collect();
        let published = events
            .iter()
            .filter(|e| e.kind == "NoticeCreated")
            .map(|e| format!("{} {}", text(&e.data, "notice_id"), text(&e.data, "account_id")))
            .filter(|notice| !either.contains(notice))
            .collect();
        self.same("notices published", all, published);

        // Reminders are the clock's: each lead of an appointment reminds a person once at most.
        let sql = "SELECT event_id, account_id FROM notification.notices WHERE key = 'engagement.reminder'";
        let reminders = lines(db.rows::<2>("notify_address", sql).await?);
        let distinct = reminders.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
        self.same("reminders", distinct, reminders);
        Ok(())
    }

    async fn hours(&mut self, db: &Observations, events: &[Event]) -> anyhow::Result<()> {
        let completed = events.iter().filter(|e| e.kind == "EngagementCompleted");
        let completed: Vec<_> = completed.map(|e| format!("{} {}", e.key, e.data["minutes"])).collect();
        let journals = lines(db.rows::<2>("core", "SELECT occurrence_id, minutes FROM journals").await?);
        self.same("hours", completed.clone(), journals);
        let published = events.iter().filter(|e| e.kind == "HoursPosted");
        let published =
            published.map(|e| format!("{} {}", text(&e.data, "engagement_id"), e.data["minutes"])).collect();
        self.same("hours published", completed, published);
        let sums = "SELECT m.id, coalesce(sum(p.minutes) FILTER (WHERE p.account = 'given'), 0), \
             coalesce(sum(p.minutes) FILTER (WHERE p.account = 'received'), 0) \
             FROM members m LEFT JOIN postings p ON p.member_id = m.id GROUP BY m.id";
        let signs = "SELECT id, given_minutes, -received_minutes FROM members";
        let absolute =
            |rows: Vec<[String; 3]>| lines(rows).into_iter().map(|row| row.replace(" -", " ")).collect();
        let (sums, shown) = (db.rows::<3>("core", sums).await?, db.rows::<3>("core", signs).await?);
        self.same("sums of hours", absolute(sums), absolute(shown));
        Ok(())
    }

    async fn machinery(&mut self, db: &Observations, events: &[Event]) -> anyhow::Result<()> {
        self.same("effects", db.wanted(events), db.proofs().await?);
        self.same("outboxes", Vec::new(), db.waiting().await?);
        self.same("dead letters", Vec::new(), db.dead_letters().await?);
        self.same("timers", Vec::new(), db.overdue().await?);

        // What is published about one thing is numbered 1, 2, 3 … in the order in which it was published.
        let mut last: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        let mut wrong = Vec::new();
        let numbered = ["dojob.core.engagement.v1", "dojob.core.catalogue.v1", "dojob.core.membership.v1"];
        for event in events.iter().filter(|e| e.service == "auth" || numbered.contains(&e.topic.as_str())) {
            let last = last.entry((event.service, &event.key)).or_default();
            if event.sequence != *last + 1 {
                wrong.push(format!("{} {} {}: after {last}", event.kind, event.key, event.sequence));
            }
            *last = event.sequence;
        }
        self.checks.push(Check { name: "order of events", looked_at: events.len(), wrong });
        Ok(())
    }

    /// What the program shows, counted independently.
    async fn sights(&mut self, db: &Observations, seen: &[View]) -> anyhow::Result<()> {
        let count = async |service: &str, sql: &str| {
            let rows = db.rows::<2>(service, sql).await?;
            anyhow::Ok(rows.into_iter().map(|[account, n]| (account, n)).collect::<HashMap<_, _>>())
        };
        let messages = count(
            "chat",
            "SELECT p.account_id, count(*) FROM participant p JOIN message m ON m.conversation_id = p.conversation_id \
             AND m.seq > p.read_seq AND m.author_id IS DISTINCT FROM p.account_id GROUP BY 1",
        );
        let notices =
            "SELECT account_id, count(*) FROM notification.notices WHERE read_at IS NULL GROUP BY 1";
        let given = "SELECT donor_id, sum(minutes) FROM journals GROUP BY 1";
        let received = "SELECT recipient_id, sum(minutes) FROM journals GROUP BY 1";
        let (messages, notices) = (messages.await?, count("notify_address", notices).await?);
        let (given, received) = (count("core", given).await?, count("core", received).await?);
        let of = |all: &HashMap<String, String>, view: &View| {
            all.get(&view.account).cloned().unwrap_or_else(|| "0".to_owned())
        };
        let counted = seen.iter().map(|view| {
            let (messages, notices) = (of(&messages, view), of(&notices, view));
            format!("{} {messages} {notices} {} {}", view.account, of(&given, view), of(&received, view))
        });
        let shown = seen.iter().map(|v| {
            format!("{} {} {} {} {}", v.account, v.unread_messages, v.unread_notices, v.given, v.received)
        });
        self.same("what people see", counted.collect(), shown.collect());
        Ok(())
    }
}

impl fmt::Display for Invariants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:24}{:>10}{:>8}", "", "looked at", "wrong")?;
        for check in &self.checks {
            writeln!(f, "{:24}{:>10}{:>8}", check.name, check.looked_at, check.wrong.len())?;
        }
        for check in &self.checks {
            for wrong in check.wrong.iter().take(5) {
                writeln!(f, "{}: {wrong}", check.name)?;
            }
        }
        Ok(())
    }
}

fn pick(ledger: &[Write], of: impl Fn(&Write) -> Option<String>) -> Vec<String> {
    ledger.iter().filter_map(of).collect()
}

fn lines<const N: usize>(rows: Vec<[String; N]>) -> Vec<String> {
    rows.into_iter().map(|row| row.join(" ")).collect()
}

fn text(data: &Value, name: &str) -> String {
    data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Whether a notice of the same kind came within the hour before: nobody here reads any.
fn is_folded(event: &Event, told: &mut HashMap<(String, String), u64>) -> bool {
    if notified(event).is_empty() || text(&event.data, "cause") == "reuse" {
        return false;
    }
    let what @ ("DeviceSessionStarted" | "DeviceSessionRevoked") = event.kind.as_str() else { return false };
    let at = Uuid::parse_str(&event.id).ok().and_then(|id| id.get_timestamp()).map_or(0, |t| t.to_unix().0);
    let last = told.entry((event.key.clone(), what.to_owned())).or_insert(0);
    let is_folded = at.saturating_sub(*last) <= 3600;
    if !is_folded {
        *last = at;
    }
    is_folded
}

/// Who is notified of an event.
fn notified(event: &Event) -> Vec<String> {
    let named = |name| Some(text(&event.data, name)).filter(|id| !id.is_empty());
    let (donor, recipient) = (named("donor_id"), named("recipient_id"));
    let both = || donor.iter().chain(&recipient).cloned().collect();
    let other = || {
        let by = named("by");
        donor.iter().chain(&recipient).filter(|id| Some(*id) != by.as_ref()).cloned().collect()
    };
    let awaited = || match event.data.get("awaiting") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let is = |name: &str| event.data.get(name) == Some(&Value::Bool(true));
    match event.kind.as_str() {
        "InquiryOpened" => named("to").into_iter().collect(),
        "EngagementProposed"
        | "EngagementCountered"
        | "OutcomeClaimed"
        | "OutcomeRestated"
        | "OutcomeQuestioned" => awaited(),
        // The owner of the need knows that it is filled.
        "EngagementDeclined" if text(&event.data, "reason_code").starts_with("need_") => {
            donor.into_iter().collect()
        }
        "EngagementScheduled" | "EngagementDeclined" | "EngagementWithdrawn" | "EngagementCancelled" => {
            other()
        }
        "EngagementExpired"
        | "EngagementEnded"
        | "SessionDidNotTakePlace"
        | "EngagementNoShow"
        | "EngagementLapsed"
        | "EngagementPutOnHold"
        | "HoursPosted" => both(),
        "DeviceSessionStarted" if is("first") || is("known") => Vec::new(),
        "DeviceSessionRevoked" if !is("too_many") && text(&event.data, "cause") != "reuse" => Vec::new(),
        "DeviceSessionStarted" | "DeviceSessionRevoked" => named("account_id").into_iter().collect(),
        "TalentExpired" | "TalentExpiringSoon" => donor.into_iter().collect(),
        "NeedExpired" | "NeedExpiringSoon" => recipient.into_iter().collect(),
        _ => Vec::new(),
    }
}
