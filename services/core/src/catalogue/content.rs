//! What somebody typed, as content: a form hears of every refused field at once.

use common::http::{Fields, Problem};
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;

use super::domain::{Category, Content, Mode, Times, parse_body, parse_bring, parse_minutes, parse_title};
use crate::region::Dong;

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

/// What an edit changes; absent stays. `revision` is the one the editor saw.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditListing {
    #[schema(minimum = 1)]
    pub revision: i32,
    #[schema(min_length = 2, max_length = 60)]
    title: Option<String>,
    #[schema(min_length = 10, max_length = 2000)]
    body: Option<String>,
    #[schema(value_type = Option<Category>)]
    category: Option<String>,
    #[schema(minimum = 15, maximum = 480)]
    minutes: Option<i32>,
    #[schema(value_type = Option<Mode>)]
    mode: Option<String>,
    region_code: Option<String>,
    times: Option<Vec<String>>,
    #[schema(max_length = 200)]
    bring: Option<String>,
}

impl EditListing {
    /// The values that are there, each readable.
    pub fn read(&self, regions: &Regions) -> Result<Edit, Problem> {
        let mut f = Fields::new();
        let edit = Edit {
            title: self.title.as_ref().and_then(|raw| f.take("/title", parse_title(raw))),
            body: self.body.as_ref().and_then(|raw| f.take("/body", parse_body(raw))),
            category: self.category.as_ref().and_then(|raw| f.take("/category", Category::parse(raw))),
            minutes: self.minutes.and_then(|raw| f.take("/minutes", parse_minutes(raw))),
            mode: self.mode.as_ref().and_then(|raw| f.take("/mode", Mode::parse(raw))),
            dong: self.region_code.as_ref().and_then(|raw| f.take("/region_code", Dong::parse(regions, raw))),
            times: self.times.as_ref().and_then(|raw| f.take("/times", Times::parse(raw))),
            bring: self.bring.as_ref().and_then(|raw| f.take("/bring", parse_bring(raw))),
        };
        f.done()?;
        Ok(edit)
    }
}

/// A readable edit.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    title: Option<String>,
    body: Option<String>,
    category: Option<Category>,
    minutes: Option<i32>,
    mode: Option<Mode>,
    dong: Option<Dong>,
    times: Option<Times>,
    bring: Option<String>,
}

impl Edit {
    /// The content after the edit, and where it stands then.
    pub fn apply(&self, content: Content, regions: &Regions) -> Result<(Content, Dong), Problem> {
        let dong = match &self.dong {
            Some(dong) => dong.clone(),
            None => Dong::parse(regions, &content.region_code).map_err(|e| {
                Problem::internal(format!("the region of a listing, {}: {}", content.region_code, e.code))
            })?,
        };
        let content = Content {
            title: self.title.clone().unwrap_or(content.title),
            body: self.body.clone().unwrap_or(content.body),
            category: self.category.unwrap_or(content.category),
            minutes: self.minutes.unwrap_or(content.minutes),
            mode: self.mode.unwrap_or(content.mode),
            region_code: dong.code.clone(),
            times: self.times.unwrap_or(content.times),
            bring: self.bring.clone().unwrap_or(content.bring),
        };
        Ok((content, dong))
    }
}
