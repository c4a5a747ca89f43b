//! What somebody typed, as content: every refused field is named at once.

use common::http::Fields;
use regions::Regions;

use super::domain::{Content, Mode, Times, parse_body, parse_bring, parse_minutes, parse_title};
use crate::{listing::Category, region::Dong};

/// The fields of a new listing.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub title: String,
    pub body: String,
    pub category: String,
    pub minutes: i32,
    pub mode: String,
    pub region_code: String,
    pub times: Vec<String>,
    pub bring: String,
}

/// Reads every field; `None` if one was refused, which `f` then knows.
pub(super) fn read(f: &mut Fields, regions: &Regions, draft: &Draft) -> Option<(Content, Dong)> {
    let title = f.take("/title", parse_title(&draft.title));
    let body = f.take("/body", parse_body(&draft.body));
    let category = f.take("/category", Category::parse(&draft.category));
    let minutes = f.take("/minutes", parse_minutes(draft.minutes));
    let mode = f.take("/mode", Mode::parse(&draft.mode));
    let dong = f.take("/region_code", Dong::parse(regions, &draft.region_code));
    let times = f.take("/times", Times::parse(&draft.times));
    let bring = f.take("/bring", parse_bring(&draft.bring));
    let dong = dong?;
    let content = Content {
        title: title?,
        body: body?,
        category: category?,
        minutes: minutes?,
        mode: mode?,
        region_code: dong.code.clone(),
        times: times?,
        bring: bring?,
    };
    Some((content, dong))
}
