//! The table of budgets; see the migration.

diesel::table! {
    budgets (account_id, kind, toward) { account_id -> Uuid, kind -> Text, toward -> Uuid, times -> Array<Timestamptz>,
        until -> Timestamptz, }
}
