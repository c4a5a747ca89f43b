//! What the server was sent, and its mood.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::mail::Mail;

/// So many mails are held; beyond them the oldest go.
const HELD: usize = 500;

/// How the server behaves towards the next mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Accepts,
    /// Takes the mail, and says so only after this long.
    AcceptsSlowly(Duration),
    /// Takes the mail and hangs up without an answer: the sender does not know.
    HangsUp,
    /// Answers every receiver with this code: 450 not now, 550 never.
    Refuses(u16),
}

/// What the server was sent, and its mood.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<State>);

#[derive(Debug, Default)]
pub(crate) struct State {
    pub mails: VecDeque<Mail>,
    last: u64,
    pub mood: Mood,
}

impl Held {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn mood(&self) -> Mood {
        self.lock().mood
    }

    pub(crate) fn keep(&self, to: Vec<String>, raw: &[u8]) {
        let mut state = self.lock();
        state.last += 1;
        let number = state.last;
        state.mails.push_back(Mail::read(number, to, raw));
        if state.mails.len() > HELD {
            state.mails.pop_front();
        }
    }
}
