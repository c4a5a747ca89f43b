//! What listeners without a position receive: events of a topic from now on, and notice of gaps.

use std::sync::Arc;

use pg::Record;
use tokio::sync::broadcast;

/// A live listener of one topic.
#[derive(Debug)]
pub struct Live {
    pub(crate) topic: &'static str,
    pub(crate) receiver: broadcast::Receiver<LiveEvent>,
}

/// What a live listener receives.
#[derive(Clone, Debug)]
pub enum LiveEvent {
    Event(Arc<Record>),
    /// Some events were missed: what depends on them must be read again.
    Gap,
}

impl Live {
    /// The next event of the topic; `None` when the bus is gone.
    pub async fn recv(&mut self) -> Option<LiveEvent> {
        loop {
            match self.receiver.recv().await {
                Ok(LiveEvent::Event(record)) if record.topic != self.topic => {}
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Lagged(_)) => return Some(LiveEvent::Gap),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}
