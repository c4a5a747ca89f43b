//! Keyset pages: a cursor is where the last page ended, never an offset.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::time;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Problem, problems};

/// One page of a list. `next` goes back as `?cursor=`; `null` means that this was the last one.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    #[schema(required)]
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were read with `limit + 1`: the surplus row only says that there is more. `key` is
    /// the sort key of a row, the one that the next query starts behind.
    pub fn of<R, K: Serialize>(
        mut rows: Vec<R>,
        limit: usize,
        key: impl Fn(&R) -> K,
        view: impl FnMut(R) -> T,
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(|row| Cursor::encode(&key(row))) } else { None };
        Self { items: rows.into_iter().map(view).collect(), next }
    }
}

/// `?limit=` (1 to 100, 20 by default) and `?cursor=`.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// # Errors
    /// 400 `page.limit` outside 1 to 100.
    pub fn limit(&self) -> Result<usize, Problem> {
        page_limit(self.limit)
    }

    /// # Errors
    /// 400 `page.cursor` when it is none of ours.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.cursor.as_deref().map(Cursor::decode).transpose()
    }
}

fn page_limit(limit: Option<u32>) -> Result<usize, Problem> {
    match limit.unwrap_or(20) {
        limit @ 1..=100 => Ok(usize::try_from(limit).unwrap_or(20)),
        _ => Err(Problem::new(problems::PAGE_LIMIT)),
    }
}

/// Opaque to clients: base64url of `[version, key]` as JSON.
#[derive(Debug)]
pub struct Cursor;

impl Cursor {
    const VERSION: u8 = 1;

    /// The cursor behind a row with this sort key.
    pub fn encode<K: Serialize>(key: &K) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(Self::VERSION, key)).unwrap_or_default())
    }

    /// # Errors
    /// 400 `page.cursor` when it is none of ours, or of another version or list, or has a date that no row can have.
    pub fn decode<K: DeserializeOwned>(cursor: &str) -> Result<K, Problem> {
        URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|json| serde_json::from_slice::<(u8, Value)>(&json).ok())
            .filter(|(version, key)| *version == Self::VERSION && dates_are_plausible(key))
            .and_then(|(_, key)| serde_json::from_value(key).ok())
            .ok_or_else(|| Problem::new(problems::PAGE_CURSOR))
    }
}

fn dates_are_plausible(key: &Value) -> bool {
    match key {
        Value::String(text) => text.parse().map_or(true, time::is_plausible),
        Value::Array(parts) => parts.iter().all(dates_are_plausible),
        Value::Object(parts) => parts.values().all(dates_are_plausible),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use proptest::prelude::*;

    #[test]
    fn the_surplus_row_only_says_that_there_is_more() {
        let page = Page::of(vec![3, 2, 1], 2, |n| *n, |n| n);
        assert_eq!(page.items, [3, 2]);
        assert_eq!(Cursor::decode::<i32>(&page.next.unwrap()).unwrap(), 2);
        assert!(Page::of(vec![3, 2], 2, |n| *n, |n| n).next.is_none());
    }

    #[test]
    fn a_limit_outside_the_range_is_refused() {
        for limit in [0, 101, u32::MAX] {
            assert_eq!(page_limit(Some(limit)).unwrap_err().code(), "page.limit");
        }
    }

    #[test]
    fn a_date_that_no_row_can_have_is_no_cursor() {
        type Key = (DateTime<Utc>, uuid::Uuid);
        let cursor = |at: &str| URL_SAFE_NO_PAD.encode(format!(r#"[1,["{at}","{}"]]"#, uuid::Uuid::nil()));
        assert!(Cursor::decode::<Key>(&cursor("2026-11-30T00:00:00Z")).is_ok());
        for at in [
            "-9999-01-01T00:00:00Z",
            "1899-12-31T23:59:59Z",
            "2200-01-01T00:00:00Z",
            "+262142-01-01T00:00:00Z",
        ] {
            assert_eq!(Cursor::decode::<Key>(&cursor(at)).unwrap_err().code(), "page.cursor", "{at}");
        }
    }

    proptest! {
        #[test]
        fn untrusted_text_is_a_cursor_or_a_problem(raw in ".{0,80}") {
            match Cursor::decode::<(i64, uuid::Uuid)>(&raw) {
                Ok(key) => prop_assert_eq!(Cursor::decode::<(i64, uuid::Uuid)>(&Cursor::encode(&key)).unwrap(), key),
                Err(problem) => prop_assert_eq!(problem.code(), "page.cursor"),
            }
        }

        #[test]
        fn a_cursor_is_read_as_it_was_written(at in any::<i64>(), id in any::<u128>()) {
            let key = (at, uuid::Uuid::from_u128(id));
            prop_assert_eq!(Cursor::decode::<(i64, uuid::Uuid)>(&Cursor::encode(&key)).unwrap(), key);
        }
    }
}
