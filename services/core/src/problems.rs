//! Every problem that core answers beyond the chassis' own. One meaning each.

common::http::problems! { pub(crate) const:
    // budgets: too many within their time
    PROPOSAL_TOO_MANY = 429 "proposal.too_many",
    /// To one person, who has answered none of them.
    PROPOSAL_TOO_MANY_TO_PERSON = 429 "proposal.too_many_to_person",
    INQUIRY_TOO_MANY = 429 "inquiry.too_many",
    TALENT_TOO_MANY = 429 "talent.too_many",
    NEED_TOO_MANY = 429 "need.too_many",
    LISTING_TOO_MANY_EDITS = 429 "listing.too_many_edits",
    PROFILE_TOO_MANY_EDITS = 429 "profile.too_many_edits",
    // membership
    /// Below the least age, which the operator has raised since they joined.
    MEMBER_UNDER_AGE = 403 "member.under_age",
    PROFILE_INCOMPLETE = 409 "profile.incomplete",
    /// The member leaves: they change and begin nothing unless they take that back.
    PROFILE_LEAVING = 409 "profile.leaving",
    // catalogue
    TALENT_TOO_MANY_OPEN = 409 "talent.too_many_open",
    TALENT_STALE = 409 "talent.stale",
    TALENT_WRONG_STATE = 409 "talent.wrong_state",
    NEED_TOO_MANY_OPEN = 409 "need.too_many_open",
    NEED_STALE = 409 "need.stale",
    NEED_WRONG_STATE = 409 "need.wrong_state",
    LISTING_NOT_YOURS = 403 "listing.not_yours",
    LISTING_NOT_OPEN = 409 "listing.not_open",
    // engagement, hours, inquiry, cards
    ENGAGEMENT_OWN_LISTING = 409 "engagement.own_listing",
    ENGAGEMENT_OPEN_EXISTS = 409 "engagement.open_exists",
    ENGAGEMENT_STARTS_TOO_SOON = 422 "engagement.starts_too_soon",
    ENGAGEMENT_STARTS_TOO_FAR = 422 "engagement.starts_too_far",
    ENGAGEMENT_OVER = 409 "engagement.over",
    ENGAGEMENT_WRONG_STATE = 409 "engagement.wrong_state",
    ENGAGEMENT_ON_HOLD = 409 "engagement.on_hold",
    ENGAGEMENT_NOT_YOUR_TURN = 409 "engagement.not_your_turn",
    ENGAGEMENT_TERMS_STALE = 409 "engagement.terms_stale",
    ENGAGEMENT_SAME_TERMS = 422 "engagement.same_terms",
    ENGAGEMENT_TOO_MANY_VERSIONS = 409 "engagement.too_many_versions",
    ENGAGEMENT_OVERLAP = 409 "engagement.overlap",
    ENGAGEMENT_STARTED = 409 "engagement.started",
    ENGAGEMENT_CLAIM_TOO_EARLY = 409 "engagement.claim_too_early",
    ENGAGEMENT_ALREADY_CLAIMED = 409 "engagement.already_claimed",
    ENGAGEMENT_ALREADY_ADJUSTED = 409 "engagement.already_adjusted",
    ENGAGEMENT_MINUTES_OUTSIDE = 422 "engagement.minutes_outside",
    /// Longer than agreed, and a quarter of an hour.
    ENGAGEMENT_MINUTES_OVER_PLAN = 422 "engagement.minutes_over_plan",
    /// Into another meeting of one of the two.
    ENGAGEMENT_MINUTES_OVERLAP = 409 "engagement.minutes_overlap",
    /// More than a day has, with what is on record of it.
    ENGAGEMENT_MINUTES_OVER_DAY = 409 "engagement.minutes_over_day",
}

/// What core refuses in a value.
pub mod field {
    common::http::field_codes! { pub(crate) const:
        /// `limit` within `hours`; the next one fits at `until`.
        BUDGET_SPENT = "budget.spent",
        BUSY_SPAN = "busy.span",
        CARDS_TOO_MANY = "cards.too_many",
        CATEGORY_UNKNOWN = "category.unknown",
        DAYS_OUT_OF_RANGE = "days.out_of_range",
        ENGAGEMENT_OPEN_EXISTS = "engagement.open_exists",
        ID_UNREADABLE = "id.unreadable",
        LANGUAGES_EMPTY = "languages.empty",
        LANGUAGES_TOO_MANY = "languages.too_many",
        LANGUAGES_UNKNOWN = "languages.unknown",
        LISTING_ONE_OF = "listing.one_of",
        MINUTES_NOT_EXPECTED = "minutes.not_expected",
        MINUTES_OUT_OF_RANGE = "minutes.out_of_range",
        MINUTES_REQUIRED = "minutes.required",
        MODE_UNKNOWN = "mode.unknown",
        NAME_RESERVED = "name.reserved",
        PROFILE_MISSING = "profile.missing",
        REACH_UNKNOWN = "reach.unknown",
        REASON_NOT_YOURS = "reason.not_yours",
        REGION_LEVEL = "region.level",
        REGION_UNKNOWN = "region.unknown",
        SORT_UNKNOWN = "sort.unknown",
        STARTS_AT_NOT_A_WHOLE_MINUTE = "starts_at.not_a_whole_minute",
        STARTS_AT_TOO_FAR = "starts_at.too_far",
        STARTS_AT_TOO_SOON = "starts_at.too_soon",
        TERMS_SAME = "terms.same",
        TERMS_VERSION_STALE = "terms_version.stale",
        TIMES_UNKNOWN = "times.unknown",
        WEEKDAY_UNKNOWN = "weekday.unknown",
    }
}
