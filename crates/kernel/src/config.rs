//! Settings come from the environment only, are read once in `main`, and are values: [`Env`] can be made from a
//! list in a test. Every read states name, default and meaning, so that one table serves start-up errors, the
//! `config` command and the documentation.

use std::{cell::RefCell, collections::BTreeMap, fmt::Display, str::FromStr};

/// Name prefix of everything that is ours; a variable with it that nobody reads is a typing mistake.
pub const PREFIX: &str = "DOJOB_";

/// A set of settings, and a record of what was asked of it.
#[derive(Debug, Default)]
pub struct Env {
    values: BTreeMap<String, String>,
    asked: RefCell<Vec<Setting>>,
    problems: RefCell<Vec<String>>,
}

/// One setting that can be set: its name, its default in words and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: String,
    pub default: String,
    pub meaning: &'static str,
}

impl Env {
    /// The settings of this process.
    pub fn process() -> Self {
        Self { values: std::env::vars().collect(), ..Self::default() }
    }

    /// Settings given by value.
    pub fn of(values: &[(&str, &str)]) -> Self {
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Self { values, ..Self::default() }
    }

    /// The value of `name`, or `default` when it is unset or empty. An unreadable value is remembered for
    /// [`Env::done`] and the default is used until then.
    pub fn get<T>(&self, name: &str, default: T, meaning: &'static str) -> T
    where
        T: FromStr<Err: Display> + Display,
    {
        self.note(name, default.to_string(), meaning);
        self.parse(name).unwrap_or(default)
    }

    /// The value of `name`, if set.
    pub fn find<T: FromStr<Err: Display>>(&self, name: &str, meaning: &'static str) -> Option<T> {
        self.note(name, String::new(), meaning);
        self.parse(name)
    }

    /// Whether this is `DOJOB_ENV=production`, where nothing that matters has a default.
    pub fn production(&self) -> bool {
        let word = self.get("DOJOB_ENV", "development".to_owned(), "development or production");
        if !matches!(word.as_str(), "development" | "production") {
            self.problems.borrow_mut().push("DOJOB_ENV: expected one of: development, production".to_owned());
        }
        word == "production"
    }

    /// The value of `name`; that it is unset is remembered for [`Env::done`].
    pub fn required<T: FromStr<Err: Display>>(&self, name: &str, meaning: &'static str) -> Option<T> {
        self.note(name, "(must be set)".to_owned(), meaning);
        self.refuse_unset(name, self.is_set(name), meaning);
        self.parse(name)
    }

    /// As [`Env::get`], but production must set it: there, that it is unset is remembered for [`Env::done`].
    pub fn get_in_development<T>(&self, name: &str, default: T, meaning: &'static str) -> T
    where
        T: FromStr<Err: Display> + Display,
    {
        let default_in_words = format!("{default} (must be set in production)");
        self.note(name, default_in_words, meaning);
        self.refuse_unset(name, !self.production() || self.is_set(name), meaning);
        self.parse(name).unwrap_or(default)
    }

    /// One of a few words; the type's `FromStr` knows which.
    pub fn word<T: FromStr<Err: Display>>(
        &self,
        name: &str,
        default: &'static str,
        meaning: &'static str,
    ) -> Option<T> {
        self.note(name, default.to_owned(), meaning);
        if self.is_set(name) { self.parse(name) } else { default.parse().ok() }
    }

    /// Remembers for [`Env::done`] that `name` must be set, and why.
    pub fn refuse_unset(&self, name: &str, is_set: bool, why: &str) {
        if !is_set {
            self.problems.borrow_mut().push(format!("{name}: must be set ({why})"));
        }
    }

    fn is_set(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|v| !v.is_empty())
    }

    /// `1`, `true`, `yes`, `on` and their opposites.
    pub fn flag(&self, name: &str, default: bool, meaning: &'static str) -> bool {
        self.note(name, u8::from(default).to_string(), meaning);
        match self.values.get(name).map(|v| v.to_ascii_lowercase()) {
            None => default,
            Some(v) => match v.as_str() {
                "" => default,
                "1" | "true" | "yes" | "on" => true,
                "0" | "false" | "no" | "off" => false,
                _ => {
                    self.problems.borrow_mut().push(format!("{name}: expected one of: 1, 0"));
                    default
                }
            },
        }
    }

    /// Remembers for [`Env::done`] that the value of `name`, readable by itself, cannot be used.
    pub fn refuse(&self, name: &str, why: impl Display) {
        self.problems.borrow_mut().push(format!("{name}: {why}"));
    }

    fn note(&self, name: &str, default: String, meaning: &'static str) {
        self.asked.borrow_mut().push(Setting { name: name.to_owned(), default, meaning });
    }

    fn parse<T: FromStr<Err: Display>>(&self, name: &str) -> Option<T> {
        let raw = self.values.get(name).filter(|v| !v.is_empty())?;
        raw.parse().map_err(|e| self.problems.borrow_mut().push(format!("{name}: {e}"))).ok()
    }

    /// Everything that was asked for, in order, once each.
    pub fn settings(&self) -> Vec<Setting> {
        let mut seen = Vec::<Setting>::new();
        for setting in self.asked.borrow().iter() {
            if !seen.iter().any(|s| s.name == setting.name) {
                seen.push(setting.clone());
            }
        }
        seen
    }

    /// Reports all unreadable values and all unknown `DOJOB_…` names together.
    ///
    /// # Errors
    /// One line for each mistake.
    pub fn done(&self) -> anyhow::Result<()> {
        let asked = self.asked.borrow();
        let mut problems = self.problems.borrow().clone();
        problems.dedup();
        problems.extend(
            self.values
                .keys()
                .filter(|name| name.starts_with(PREFIX) && !asked.iter().any(|s| s.name == **name))
                .map(|name| format!("{name}: no such setting")),
        );
        anyhow::ensure!(problems.is_empty(), "settings:\n  {}", problems.join("\n  "));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_reported_together() {
        let env = Env::of(&[
            ("DOJOB_PORT", "eighty"),
            ("DOJOB_PROT", "1"),
            ("PATH", "/bin"),
            ("DOJOB_DEMO", "maybe"),
        ]);
        assert_eq!(env.get("DOJOB_PORT", 8080, "port"), 8080);
        assert!(env.flag("DOJOB_DEMO", true, "demo"));
        let words = env.done().unwrap_err().to_string();
        for expected in ["DOJOB_PORT", "DOJOB_PROT: no such setting", "DOJOB_DEMO: expected one of: 1, 0"] {
            assert!(words.contains(expected), "{words}");
        }
        assert!(!words.contains("PATH"));
    }

    #[test]
    fn all_that_must_be_set_is_named_at_once_and_production_is_stricter() {
        let asked = |env: &Env| {
            env.required::<String>("DOJOB_URL", "where");
            env.get_in_development("DOJOB_ISSUER", "local".to_owned(), "who");
            env.done().map_err(|e| e.to_string())
        };
        let words = asked(&Env::of(&[("DOJOB_ENV", "production")])).unwrap_err();
        assert!(
            words.contains("DOJOB_URL: must be set") && words.contains("DOJOB_ISSUER: must be set"),
            "{words}"
        );
        let words = asked(&Env::of(&[])).unwrap_err();
        assert!(words.contains("DOJOB_URL") && !words.contains("DOJOB_ISSUER"), "{words}");
        asked(&Env::of(&[("DOJOB_URL", "here")])).unwrap();
        let words = asked(&Env::of(&[("DOJOB_URL", "here"), ("DOJOB_ENV", "prod")])).unwrap_err();
        assert!(words.contains("expected one of: development, production"), "{words}");
    }

    #[test]
    fn unset_and_empty_mean_the_default() {
        let env = Env::of(&[("DOJOB_PORT", "")]);
        assert_eq!(env.get("DOJOB_PORT", 8080, "port"), 8080);
        assert_eq!(env.find::<u16>("DOJOB_OTHER", "other"), None);
        env.done().unwrap();
        assert_eq!(env.settings().len(), 2);
    }
}
