//! What a sign-up must agree to.

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

#[cfg(test)]
mod tests {
    use super::*;

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
