//! Tables of the activity book; see the migration.

diesel::table! {
    journals (id) { id -> Uuid, occurrence_id -> Uuid, donor_id -> Uuid, revision -> Integer, recipient_id -> Uuid,
        minutes -> Integer, reverses -> Nullable<Uuid>, took_place_at -> Timestamptz, local_date -> Date,
        posted_at -> Timestamptz, }
}
diesel::table! {
    recorded_hours (occurrence_id, member_id) { member_id -> Uuid, occurrence_id -> Uuid, during -> Tstzrange, }
}
diesel::table! {
    postings (journal_id, account) { journal_id -> Uuid, account -> Text, member_id -> Uuid, minutes -> Integer, }
}
