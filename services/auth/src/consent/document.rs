//! The documents themselves. Their texts are data, in `texts/`; a changed text gets a new version.

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::account::Locale;

/// A document that people agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Doc {
    /// 이용약관
    Terms,
    /// 개인정보 수집·이용 동의
    Privacy,
    /// 소식 받기 동의
    News,
}

impl Doc {
    pub(crate) const ALL: [Self; 3] = [Self::Terms, Self::Privacy, Self::News];

    /// Without these nobody can join.
    pub(crate) const fn is_required(self) -> bool {
        !matches!(self, Self::News)
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Privacy => "privacy",
            Self::News => "news",
        }
    }

    pub(crate) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|doc| doc.code() == code)
    }
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub heading: String,
    pub paragraphs: Vec<String>,
}

/// A document in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Text {
    pub version: String,
    pub title: String,
    /// What is different from the version before, in a few sentences; nothing in the first one.
    #[serde(default)]
    pub changes: Vec<String>,
    pub sections: Vec<Section>,
}

impl Text {
    /// With every line as `fill` makes it.
    fn filled(mut self, fill: &impl Fn(&str) -> String) -> Self {
        let lines = self.sections.iter_mut().flat_map(|section| section.paragraphs.iter_mut());
        for line in lines.chain(&mut self.changes) {
            *line = fill(line);
        }
        self
    }
}

/// All documents in their current version.
#[derive(Clone, Debug)]
pub(crate) struct Documents(Vec<(Doc, Locale, Text)>);

impl Documents {
    /// Reads the texts that are part of the program; `fill` puts words into their blanks.
    ///
    /// # Errors
    /// A text is not well-formed, or its languages differ in version or in parts.
    pub fn embedded(fill: &impl Fn(&str) -> String) -> anyhow::Result<Self> {
        let all = [
            (
                Doc::Terms,
                include_str!("../../texts/terms.ko.toml"),
                include_str!("../../texts/terms.en.toml"),
            ),
            (
                Doc::Privacy,
                include_str!("../../texts/privacy.ko.toml"),
                include_str!("../../texts/privacy.en.toml"),
            ),
            (Doc::News, include_str!("../../texts/news.ko.toml"), include_str!("../../texts/news.en.toml")),
        ];
        let mut texts = Vec::new();
        for (doc, ko, en) in all {
            let read =
                |text: &str| toml::from_str::<Text>(text).with_context(|| format!("texts/{}", doc.code()));
            let filled = |text: &str| Ok::<_, anyhow::Error>(read(text)?.filled(fill));
            let (ko, en) = (filled(ko)?, filled(en)?);
            ensure!(ko.version == en.version, "texts/{}: the languages differ in version", doc.code());
            ensure!(
                ko.sections.len() == en.sections.len(),
                "texts/{}: the languages differ in parts",
                doc.code()
            );
            ensure!(
                ko.changes.len() == en.changes.len(),
                "texts/{}: the languages differ in changes",
                doc.code()
            );
            texts.push((doc, Locale::Ko, ko));
            texts.push((doc, Locale::En, en));
        }
        Ok(Self(texts))
    }

    /// The version that is to be agreed to today.
    pub fn version(&self, doc: Doc) -> &str {
        self.text(doc, Locale::Ko).map_or("", |text| &text.version)
    }

    pub fn text(&self, doc: Doc, locale: Locale) -> Option<&Text> {
        self.0.iter().find(|(d, l, _)| (*d, *l) == (doc, locale)).map(|(_, _, text)| text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{age::LeastAge, consent::Operator};

    fn filled(operator: &Operator) -> Documents {
        Documents::embedded(&|text: &str| operator.fill(text, LeastAge::default())).unwrap()
    }

    fn documents() -> Documents {
        filled(&Operator::default())
    }

    #[test]
    fn no_blank_is_left_and_the_operator_is_named() {
        let operator = Operator { name: "도와요 주식회사".to_owned(), ..Operator::default() };
        let documents = filled(&operator);
        for doc in Doc::ALL {
            for locale in [Locale::Ko, Locale::En] {
                let text = documents.text(doc, locale).unwrap();
                let whole = text.sections.iter().flat_map(|s| s.paragraphs.clone()).collect::<String>();
                assert!(!whole.contains(['{', '}']), "{doc:?}: {whole}");
                assert_eq!(whole.contains("도와요 주식회사"), doc.is_required(), "{doc:?}");
                assert!(!text.changes.is_empty(), "{doc:?} says what is different");
            }
        }
        let terms = documents.text(Doc::Terms, Locale::Ko).unwrap();
        assert!(terms.sections[1].paragraphs[0].starts_with("만 19세부터"), "{:?}", terms.sections[1]);
    }

    #[test]
    fn every_document_is_there_in_both_languages() {
        let documents = documents();
        for doc in Doc::ALL {
            for locale in [Locale::Ko, Locale::En] {
                let text = documents.text(doc, locale).unwrap();
                assert_eq!(text.version, "2026-11-30", "{doc:?}");
                assert!(!text.title.is_empty() && !text.sections.is_empty());
                for section in &text.sections {
                    assert!(!section.paragraphs.is_empty(), "{doc:?} {}", section.heading);
                }
            }
        }
    }

    #[test]
    fn the_korean_texts_are_in_korean() {
        let documents = documents();
        for doc in Doc::ALL {
            for section in &documents.text(doc, Locale::Ko).unwrap().sections {
                for line in section.paragraphs.iter().chain([&section.heading]) {
                    assert!(line.chars().any(|c| ('가'..='힣').contains(&c)), "{line}");
                }
            }
        }
    }
}
