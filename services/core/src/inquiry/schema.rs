//! The table of inquiries; see the migration.

diesel::table! {
    inquiries (id) { id -> Uuid, listing_kind -> Text, listing_id -> Uuid, asker_id -> Uuid, owner_id -> Uuid,
        created_at -> Timestamptz, }
}
