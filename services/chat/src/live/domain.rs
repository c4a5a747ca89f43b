//! What one socket has of one conversation. Everything that wants to send a message asks here first, so that the
//! socket sees each number once and in order.

/// From `first` to `sent` the client has, or is being sent, every message; it said itself that it has those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    first: i64,
    sent: i64,
    /// The newest message that is known to be missing, while somebody fetches what lies between.
    behind: Option<i64>,
}

/// What to do about a message that has just been stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Live {
    Send,
    /// The socket has it.
    Skip,
    /// It will come with what lies before it, which somebody is fetching.
    Later,
    /// Something lies between: fetch it.
    CatchUp,
}

/// What to do for a client that says how far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resume {
    /// It has everything, or it is on its way.
    Nothing,
    /// So many are missing; the cursor waits for them.
    Missing(i64),
    /// What is missing lies before what it was sent already: it has to read the conversation again.
    Reload,
}

impl Cursor {
    /// A conversation that the client has not spoken of: it gets what comes from now on.
    pub(super) fn from_now(seq: i64) -> Self {
        Self { first: seq, sent: seq, behind: None }
    }

    /// A message for a client that has not said yet how far it has come: `let_go` fetches it.
    pub(super) fn held(seq: i64) -> Self {
        Self { first: seq, sent: seq - 1, behind: Some(seq) }
    }

    /// A client says how far it has come, of a conversation whose messages were held for it.
    pub(super) fn resume_held(&mut self, known: i64, last: i64) -> Resume {
        let (cursor, resume) = Self::resumed(known, last.max(self.behind.unwrap_or(0)));
        *self = cursor;
        resume
    }

    /// A client that has everything up to `known`, of a conversation that has come to `last`.
    pub(super) fn resumed(known: i64, last: i64) -> (Self, Resume) {
        let known = known.clamp(0, last.max(0));
        let missing = last - known;
        let cursor = Self { first: known + 1, sent: known, behind: (missing > 0).then_some(last) };
        (cursor, if missing > 0 { Resume::Missing(missing) } else { Resume::Nothing })
    }

    /// A client that resumes once more on the same socket.
    pub(super) fn resume(&mut self, known: i64, last: i64) -> Resume {
        if known + 1 < self.first {
            return Resume::Reload;
        }
        if self.behind.is_none() && self.sent < last {
            // The live event is on its way; the first to come fetches.
            self.behind = Some(last);
            return Resume::Missing(last - self.sent);
        }
        Resume::Nothing
    }

    /// Message `seq` was stored.
    pub(super) fn live(&mut self, seq: i64) -> Live {
        if seq <= self.sent {
            return Live::Skip;
        }
        if let Some(newest) = &mut self.behind {
            *newest = seq.max(*newest);
            return Live::Later;
        }
        if seq == self.sent + 1 {
            self.sent = seq;
            return Live::Send;
        }
        self.behind = Some(seq);
        Live::CatchUp
    }

    /// Message `seq` was fetched; true if it is the next one to send.
    pub(super) fn fetched(&mut self, seq: i64) -> bool {
        let next = seq == self.sent + 1;
        if next {
            self.sent = seq;
        }
        next
    }

    /// True when nothing is missing any more; the next live message is sent directly again.
    pub(super) fn caught_up(&mut self) -> bool {
        if self.behind.is_some_and(|newest| newest > self.sent) {
            return false;
        }
        self.behind = None;
        true
    }

    /// The client is told to read everything up to `last` again.
    pub(super) fn reloaded(&mut self, last: i64) {
        self.sent = self.sent.max(last);
    }

    pub(super) fn sent(&self) -> i64 {
        self.sent
    }

    pub(super) fn is_behind(&self) -> bool {
        self.behind.is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_in_order_go_out_at_once_and_only_once() {
        let mut cursor = Cursor::from_now(4);
        assert_eq!(cursor.live(5), Live::Send);
        assert_eq!(cursor.live(5), Live::Skip);
        assert_eq!(cursor.live(8), Live::CatchUp);
        assert_eq!(cursor.live(9), Live::Later);
        assert!(cursor.fetched(6) && cursor.fetched(7) && cursor.fetched(8));
        assert!(!cursor.caught_up(), "9 came meanwhile");
        assert!(cursor.fetched(9) && cursor.caught_up());
        assert_eq!(cursor.live(10), Live::Send);
    }

    #[test]
    fn a_client_that_lacks_what_lies_before_its_first_message_reads_again() {
        let mut cursor = Cursor::from_now(10);
        assert_eq!(cursor.resume(9, 10), Resume::Nothing);
        assert_eq!(cursor.resume(7, 10), Resume::Reload);
    }

    #[test]
    fn what_is_held_goes_out_behind_what_was_missed() {
        let mut cursor = Cursor::held(8);
        assert_eq!(cursor.live(9), Live::Later);
        assert_eq!(cursor.resume_held(5, 7), Resume::Missing(4));
        assert!((6..=9).all(|seq| cursor.fetched(seq)) && cursor.caught_up());
        let mut unspoken = Cursor::held(8);
        assert!(unspoken.is_behind() && unspoken.fetched(8) && unspoken.caught_up());
    }

    #[test]
    fn a_client_that_claims_the_future_is_taken_back_to_the_present() {
        let (mut cursor, resume) = Cursor::resumed(99, 3);
        assert_eq!((resume, cursor.live(4)), (Resume::Nothing, Live::Send));
    }

    #[derive(Clone, Debug)]
    enum Step {
        /// Somebody stores a message; its event arrives later, or is lost.
        Store { lost: bool },
        /// The oldest event that has not arrived arrives.
        Arrive,
        /// The task that catches up reads the database.
        Fetch,
        /// The client resumes on the open socket.
        Resume,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => prop::bool::weighted(0.2).prop_map(|lost| Step::Store { lost }),
            4 => Just(Step::Arrive),
            3 => Just(Step::Fetch),
            1 => Just(Step::Resume),
        ];
        proptest::collection::vec(step, 1..80)
    }

    proptest! {
        /// Whatever comes when, and whichever events get lost: the socket sees 1, 2, 3 … and in the end all of it.
        #[test]
        fn no_gap_and_no_double(start in 0i64..5, known in 0i64..5, steps in steps()) {
            let mut stored = start;
            let mut events = std::collections::VecDeque::new();
            let (mut cursor, resume) = Cursor::resumed(known.min(start), start);
            let mut fetching = matches!(resume, Resume::Missing(_));
            let mut seen: Vec<i64> = (1..=known.min(start)).collect();
            let fetch = |cursor: &mut Cursor, seen: &mut Vec<i64>, stored: i64| {
                for seq in cursor.sent() + 1..=stored {
                    if cursor.fetched(seq) {
                        seen.push(seq);
                    }
                }
                cursor.caught_up()
            };
            for step in steps {
                match step {
                    Step::Store { lost } => {
                        stored += 1;
                        if !lost {
                            events.push_back(stored);
                        }
                    }
                    Step::Arrive => if let Some(seq) = events.pop_front() {
                        match cursor.live(seq) {
                            Live::Send => seen.push(seq),
                            Live::CatchUp => {
                                prop_assert!(!fetching, "one fetcher is enough");
                                fetching = true;
                            }
                            Live::Later => prop_assert!(fetching),
                            Live::Skip => {}
                        }
                    }
                    Step::Fetch => if fetching && fetch(&mut cursor, &mut seen, stored) {
                        fetching = false;
                    }
                    Step::Resume => match cursor.resume(seen.last().copied().unwrap_or(0), stored) {
                        Resume::Missing(_) => {
                            prop_assert!(!fetching);
                            fetching = true;
                        }
                        Resume::Nothing => {}
                        Resume::Reload => prop_assert!(false, "the client has everything before its first"),
                    }
                }
                prop_assert!(seen.iter().copied().eq(1..=cursor.sent()), "{:?}", seen);
            }
            let resume = cursor.resume(seen.last().copied().unwrap_or(0), stored);
            if fetching || matches!(resume, Resume::Missing(_)) {
                fetch(&mut cursor, &mut seen, stored);
            }
            prop_assert!(seen.iter().copied().eq(1..=stored));
        }
    }
}
