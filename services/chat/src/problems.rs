//! Every problem that chat answers beyond the chassis' own, in answers and in `refused` frames. One meaning each.

common::http::problems! { pub(crate) const:
    FRAME_UNKNOWN_TYPE = 400 "frame.unknown_type",
    FRAME_UNREADABLE = 400 "frame.unreadable",
    MESSAGE_TOO_MANY = 429 "message.too_many",
    /// In a row, without a word of the other.
    MESSAGE_TOO_MANY_UNANSWERED = 429 "message.too_many_unanswered",
    PAGE_BOTH_ENDS = 400 "page.both_ends",
    SOCKET_HANDSHAKE = 400 "socket.handshake",
}

/// What chat refuses in a value.
pub mod field {
    common::http::field_codes! { pub(crate) const:
        /// `limit` within `hours`; the next one fits at `until`.
        BUDGET_SPENT = "budget.spent",
        SEQ_OUT_OF_RANGE = "seq.out_of_range",
    }
}
