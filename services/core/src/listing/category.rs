//! What a listing is about.

use common::http::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problems::field;

/// The twelve kinds of talents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Category {
    Music,
    Language,
    Computer,
    Home,
    Craft,
    Cooking,
    Exercise,
    Study,
    Paperwork,
    Photo,
    Nature,
    Hobby,
}

impl Category {
    pub const ALL: [Self; 12] = [
        Self::Music,
        Self::Language,
        Self::Computer,
        Self::Home,
        Self::Craft,
        Self::Cooking,
        Self::Exercise,
        Self::Study,
        Self::Paperwork,
        Self::Photo,
        Self::Nature,
        Self::Hobby,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Music => "music",
            Self::Language => "language",
            Self::Computer => "computer",
            Self::Home => "home",
            Self::Craft => "craft",
            Self::Cooking => "cooking",
            Self::Exercise => "exercise",
            Self::Study => "study",
            Self::Paperwork => "paperwork",
            Self::Photo => "photo",
            Self::Nature => "nature",
            Self::Hobby => "hobby",
        }
    }

    /// The words by which a search finds it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Music => "음악 music",
            Self::Language => "언어 외국어 language",
            Self::Computer => "컴퓨터 휴대폰 computer phone",
            Self::Home => "살림 수리 home repair",
            Self::Craft => "글씨 만들기 craft",
            Self::Cooking => "요리 cooking",
            Self::Exercise => "운동 exercise",
            Self::Study => "공부 진로 study career",
            Self::Paperwork => "서류 paperwork",
            Self::Photo => "사진 영상 photo video",
            Self::Nature => "식물 동물 plants animals",
            Self::Hobby => "취미 말벗 hobby company",
        }
    }

    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        Self::ALL
            .into_iter()
            .find(|c| c.as_str() == raw)
            .ok_or_else(|| FieldError::plain(field::CATEGORY_UNKNOWN))
    }
}
