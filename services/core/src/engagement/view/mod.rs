//! What is shown of engagements.

mod project;
mod types;

pub(super) use project::Viewer;
pub(super) use types::{ClaimKind, EngagementRow, EngagementState, EngagementView};
