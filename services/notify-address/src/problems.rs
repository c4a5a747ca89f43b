//! Every problem that notify-address answers beyond the chassis' own. One meaning each.

common::http::problems! { pub(crate) const:
    PREFERENCE_LOCKED = 409 "preference.locked",
}

/// What notify-address refuses in a value.
pub mod field {
    common::http::field_codes! { pub(crate) const:
        PLACE_LATITUDE = "place.latitude",
        PLACE_LONGITUDE = "place.longitude",
        PLACE_OUTSIDE_KOREA = "place.outside_korea",
    }
}
