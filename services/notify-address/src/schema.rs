//! The tables of this service.

diesel::table! {
    notification.accounts (account_id) {
        account_id -> Uuid,
        version -> BigInt,
        last_notice_id -> Nullable<Uuid>,
        erased_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    notification.preferences (account_id, category) {
        account_id -> Uuid,
        category -> Text,
        is_on -> Bool,
    }
}
diesel::table! {
    notification.notices (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        event_id -> Uuid,
        key -> Text,
        category -> Text,
        params -> Jsonb,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
        folded_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    notification.engagements (engagement_id) {
        engagement_id -> Uuid,
        sequence -> BigInt,
        starts_at -> Nullable<Timestamptz>,
    }
}
diesel::table! {
    mail.deliveries (mail_id) {
        mail_id -> Uuid,
        kind -> Text,
        state -> Text,
        leased_until -> Nullable<Timestamptz>,
        attempts -> Integer,
        answer -> Nullable<SmallInt>,
        cause -> Nullable<Text>,
        requested_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}
