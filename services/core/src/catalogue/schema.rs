//! The table of listings; see the migration.

// Without what only a search reads (lat, lon, areas, tokens, title_tokens): a table of diesel ends at sixteen columns,
// and `store.rs` writes those in one statement of its own.
diesel::table! {
    listings (id) { id -> Uuid, kind -> Text, owner_id -> Uuid, title -> Text, body -> Text, category -> Text,
        minutes -> Integer, mode -> Text, region_code -> Text, times -> Integer, bring -> Text, state -> Text,
        published_at -> Timestamptz, expires_at -> Timestamptz, revision -> Integer, version -> BigInt, }
}
