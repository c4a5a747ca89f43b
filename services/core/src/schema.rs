//! Tables of membership and catalogue. The contexts around engagements keep theirs in `engagement/schema.rs`.
