//! Every problem code that this service answers beyond the chassis' own, with its status.

/// `(code, status)`, in answers and in `refused` frames.
pub const PROBLEMS: &[(&str, u16)] = &[
    ("message.too_many", 429),
    ("page.both_ends", 400),
    ("socket.handshake", 400),
    ("frame.unknown_type", 400),
    ("frame.unreadable", 400),
];
