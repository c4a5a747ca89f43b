//! The table of members; see the migration.

diesel::table! {
    members (id) { id -> Uuid, name -> Nullable<Text>, bio -> Text, region_code -> Nullable<Text>,
        languages -> Array<Text>, given_count -> Integer, given_minutes -> Integer, received_count -> Integer,
        received_minutes -> Integer, joined_at -> Timestamptz, gone_at -> Nullable<Timestamptz>,
        version -> BigInt, erased_at -> Nullable<Timestamptz>, may_act -> Bool, }
}
