//! What a sign-up must agree to.

use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use super::document::Doc;

/// A document that somebody says they agreed to, in this version.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    pub doc: Doc,
    #[schema(example = "2026-11-01")]
    pub version: String,
}

/// Somebody's word on a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub doc: Doc,
    pub version: String,
    pub granted: bool,
}

/// Why an agreement does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// This document is not optional.
    Required(Doc),
    /// What was shown is not the text of today.
    Version(Doc),
}

/// One word on every document: agreed to in its current version, or not. The required ones must be agreed to.
pub(crate) fn choose(agreed: &[Agreed], current: impl Fn(Doc) -> String) -> Result<Vec<Choice>, Refusal> {
    if let Some(stale) = agreed.iter().find(|a| a.version != current(a.doc)) {
        return Err(Refusal::Version(stale.doc));
    }
    let choice = |doc: Doc| {
        let granted = agreed.iter().any(|a| a.doc == doc);
        if doc.is_required() && !granted {
            Err(Refusal::Required(doc))
        } else {
            Ok(Choice { doc, version: current(doc), granted })
        }
    };
    Doc::ALL.into_iter().map(choice).collect()
}

/// The required documents that somebody has not agreed to as they are today, by their latest words. A version is named by the day
/// from which it applies; who has agreed to a later one has agreed to more.
pub(crate) fn overdue(words: &[Choice], current: impl Fn(Doc) -> String, today: NaiveDate) -> Vec<Doc> {
    let is_overdue = |doc: &Doc| {
        let version = current(*doc);
        let applies = version.parse::<NaiveDate>().is_ok_and(|day| day <= today);
        let agreed = words.iter().any(|word| word.doc == *doc && word.granted && word.version >= version);
        doc.is_required() && applies && !agreed
    };
    Doc::ALL.into_iter().filter(is_overdue).collect()
}

/// A yes to news is asked for again after this long (Network Act, article 50).
const NEWS_MONTHS: Months = Months::new(24);

impl Choice {
    /// Whether this word of that time must be asked for again.
    pub fn is_stale(&self, said: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let until = said.checked_add_months(NEWS_MONTHS);
        self.doc == Doc::News && self.granted && until.is_some_and(|until| until <= now)
    }

    /// Whether the other one says nothing new.
    pub fn says(&self, other: &Self) -> bool {
        self.doc == other.doc
            && self.granted == other.granted
            && (!self.granted || self.version == other.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(doc: Doc, version: &str, granted: bool) -> Choice {
        Choice { doc, version: version.to_owned(), granted }
    }

    #[test]
    fn a_new_version_is_overdue_from_its_day_on() {
        let current = |doc: Doc| {
            let version = if doc == Doc::Terms { "2027-01-01" } else { "2026-11-01" };
            version.to_owned()
        };
        let on = |day: &str, words: &[Choice]| overdue(words, current, day.parse().unwrap());
        let agreed = [word(Doc::Terms, "2026-11-01", true), word(Doc::Privacy, "2026-11-01", true)];
        assert_eq!(on("2026-12-31", &agreed), []);
        assert_eq!(on("2027-01-01", &agreed), [Doc::Terms]);
        assert_eq!(on("2027-01-01", &[]), [Doc::Terms, Doc::Privacy], "news are nobody's duty");
        let newer = [word(Doc::Terms, "2027-03-01", true), word(Doc::Privacy, "2026-11-01", true)];
        assert_eq!(on("2027-01-01", &newer), [], "agreed before a roll-back");
        let refused = [word(Doc::Terms, "2027-01-01", false), word(Doc::Privacy, "2026-11-01", true)];
        assert_eq!(on("2027-01-01", &refused), [Doc::Terms]);
    }

    #[test]
    fn a_yes_to_news_is_asked_for_again_after_two_years() {
        let said = "2026-12-01T00:00:00Z".parse().unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let yes = word(Doc::News, "v1", true);
        assert!(!yes.is_stale(said, at("2028-11-30T23:59:59Z")));
        assert!(yes.is_stale(said, at("2028-12-01T00:00:00Z")));
        assert!(!word(Doc::News, "v1", false).is_stale(said, at("2030-01-01T00:00:00Z")));
        assert!(!word(Doc::Terms, "v1", true).is_stale(said, at("2030-01-01T00:00:00Z")));
    }

    fn agreed(docs: &[(Doc, &str)]) -> Vec<Agreed> {
        docs.iter().map(|(doc, version)| Agreed { doc: *doc, version: (*version).to_owned() }).collect()
    }

    fn chosen(docs: &[(Doc, &str)]) -> Result<Vec<bool>, Refusal> {
        let choices = choose(&agreed(docs), |_| "v2".to_owned())?;
        Ok(choices.iter().map(|c| c.granted).collect())
    }

    #[test]
    fn news_is_optional_and_the_others_are_not() {
        assert_eq!(chosen(&[(Doc::Terms, "v2"), (Doc::Privacy, "v2")]), Ok(vec![true, true, false]));
        assert_eq!(chosen(&[(Doc::Terms, "v2"), (Doc::Privacy, "v2"), (Doc::News, "v2")]), Ok(vec![true; 3]));
        assert_eq!(chosen(&[(Doc::Terms, "v2"), (Doc::News, "v2")]), Err(Refusal::Required(Doc::Privacy)));
        assert_eq!(chosen(&[]), Err(Refusal::Required(Doc::Terms)));
    }

    #[test]
    fn only_the_text_of_today_can_be_agreed_to() {
        assert_eq!(chosen(&[(Doc::Terms, "v1"), (Doc::Privacy, "v2")]), Err(Refusal::Version(Doc::Terms)));
        assert_eq!(
            chosen(&[(Doc::Terms, "v2"), (Doc::Privacy, "v2"), (Doc::News, "v3")]),
            Err(Refusal::Version(Doc::News))
        );
    }
}
