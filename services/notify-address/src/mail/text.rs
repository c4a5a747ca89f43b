//! What mails say: one file for each kind, with both languages (`texts/mail/`), in two layouts (`templates/`). A text is filled in
//! as plain text first and only then put into the layout, which escapes it for HTML: nothing that somebody typed becomes a tag.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, Timelike, Utc};
use common::time::seoul;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value, value::Serde};
use serde::{Deserialize, Serialize};

use super::source::{Locale, Mail};

/// Every text, by its kind.
const TEXTS: [(&str, &str); 9] = [
    ("verify_address", include_str!("../../texts/mail/verify_address.toml")),
    ("already_registered", include_str!("../../texts/mail/already_registered.toml")),
    ("reset_password", include_str!("../../texts/mail/reset_password.toml")),
    ("password_changed", include_str!("../../texts/mail/password_changed.toml")),
    ("confirm_new_address", include_str!("../../texts/mail/confirm_new_address.toml")),
    ("address_changed", include_str!("../../texts/mail/address_changed.toml")),
    ("new_device", include_str!("../../texts/mail/new_device.toml")),
    ("too_many_devices", include_str!("../../texts/mail/too_many_devices.toml")),
    ("deletion_scheduled", include_str!("../../texts/mail/deletion_scheduled.toml")),
];

const HTML: &str = "mail.html";
const PLAIN: &str = "mail.txt";

/// A mail as its receiver reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub subject: String,
    pub plain: String,
    pub html: String,
}

/// A text in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    ko: Words,
    en: Words,
}

/// A text in one language. Each is a template of minijinja with the names of [`Names`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    subject: String,
    title: String,
    paragraphs: Vec<String>,
    /// What the link does; a text without one leads nowhere.
    button: Option<String>,
    /// Smaller, below: what to do if it was not the receiver.
    notes: Vec<String>,
}

/// What texts may mention. A name that a mail does not have is an error, never a gap.
#[derive(Serialize)]
struct Names {
    /// "12월 3일 오후 4:20"
    at: String,
    device: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// "30분"
    #[serde(skip_serializing_if = "Option::is_none")]
    life: Option<String>,
    devices: String,
    forgotten: String,
}

/// What the layouts are filled with.
#[derive(Serialize)]
struct Page<'a> {
    lang: &'static str,
    subject: &'a str,
    title: String,
    paragraphs: Vec<String>,
    button: Option<String>,
    link: Option<&'a str>,
    notes: Vec<String>,
    foot: &'static str,
}

pub(super) struct Texts {
    texts: HashMap<&'static str, Text>,
    templates: Environment<'static>,
}

impl Texts {
    /// The texts of this program.
    ///
    /// # Errors
    /// A text or a layout cannot be read.
    pub fn embedded() -> anyhow::Result<Self> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.add_filter("particle", particle);
        templates.add_template(HTML, include_str!("../../templates/mail.html"))?;
        templates.add_template(PLAIN, include_str!("../../templates/mail.txt"))?;
        let text = |(kind, text): (&'static str, &str)| {
            let text: Text = toml::from_str(text).with_context(|| format!("the text of {kind}"))?;
            anyhow::Ok((kind, text))
        };
        Ok(Self { texts: TEXTS.into_iter().map(text).collect::<anyhow::Result<_>>()?, templates })
    }

    /// Writes a mail in its receiver's language.
    ///
    /// # Errors
    /// There is no such text, or it mentions what the mail does not have.
    pub fn write(&self, mail: &Mail) -> anyhow::Result<Letter> {
        let text = self.texts.get(mail.kind.as_str()).context("there is no such text")?;
        let words = match mail.locale {
            Locale::Ko => &text.ko,
            Locale::En => &text.en,
        };
        let names = Value::from(Serde(Names::of(mail)));
        // Named as plain text: the layout escapes it.
        let fill = |template: &str| self.templates.render_named_str("line.txt", template, names.clone());
        let fill_all = |all: &[String]| all.iter().map(|one| fill(one)).collect::<Result<Vec<_>, Error>>();
        let subject = fill(&words.subject)?;
        let button = words.button.as_deref().map(fill).transpose()?;
        let link = match (&button, mail.params.link.as_deref()) {
            (Some(_), Some(link)) => Some(link),
            (None, None) => None,
            (Some(_), None) => anyhow::bail!("the text has a button, and the mail no link"),
            (None, Some(_)) => anyhow::bail!("the mail has a link, and the text no button"),
        };
        let page = Page {
            lang: match mail.locale {
                Locale::Ko => "ko",
                Locale::En => "en",
            },
            subject: &subject,
            title: fill(&words.title)?,
            paragraphs: fill_all(&words.paragraphs)?,
            button,
            link,
            notes: fill_all(&words.notes)?,
            foot: match mail.locale {
                Locale::Ko => "두잡에서 보내는 메일이에요. 계정을 지키는 데 필요한 알림이라 끌 수 없어요.",
                Locale::En => {
                    "Sent by dojob. This message is needed to keep your account safe, so it cannot be switched off."
                }
            },
        };
        let page = Value::from(Serde(page));
        let plain = self.templates.get_template(PLAIN)?.render(page.clone())?;
        let html = self.templates.get_template(HTML)?.render(page)?;
        Ok(Letter { subject, plain, html })
    }
}

impl Names {
    fn of(mail: &Mail) -> Self {
        let params = &mail.params;
        let unknown = match mail.locale {
            Locale::Ko => "이름을 알 수 없는 기기",
            Locale::En => "a device without a name",
        };
        Self {
            at: moment(params.at, mail.locale),
            device: params.device.clone().unwrap_or_else(|| unknown.to_owned()),
            address: params.address.clone(),
            life: params.minutes.map(|minutes| span(minutes, mail.locale)),
            devices: params.devices.clone(),
            forgotten: params.forgotten.clone(),
        }
    }
}

/// A moment as people in Seoul say it.
fn moment(at: DateTime<Utc>, locale: Locale) -> String {
    let at = seoul(at);
    match locale {
        Locale::Ko => {
            let (is_afternoon, hour) = at.hour12();
            let half = if is_afternoon { "오후" } else { "오전" };
            format!("{} {half} {hour}:{:02}", at.format("%-m월 %-d일"), at.minute())
        }
        Locale::En => at.format("%-d %B, %H:%M (Korean time)").to_string(),
    }
}

/// A length of time in the largest unit that it is whole in.
fn span(minutes: i64, locale: Locale) -> String {
    const HOUR: i64 = 60;
    const DAY: i64 = 24 * HOUR;
    let (count, ko, en) = match minutes {
        _ if minutes % DAY == 0 && minutes > DAY => (minutes / DAY, "일", "day"),
        _ if minutes % HOUR == 0 => (minutes / HOUR, "시간", "hour"),
        _ => (minutes, "분", "minute"),
    };
    match locale {
        Locale::Ko => format!("{count}{ko}"),
        Locale::En if count == 1 => format!("1 {en}"),
        Locale::En => format!("{count} {en}s"),
    }
}

/// `{{ life|particle("이/가") }}`: the word with the particle that its last sound asks for.
#[expect(clippy::needless_pass_by_value, reason = "a filter is given its values")]
fn particle(word: String, pair: String) -> Result<String, Error> {
    let (consonant, vowel) = pair
        .split_once('/')
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "expected two particles: 이/가"))?;
    Ok(hangul::with_particle(&word, consonant, vowel))
}

#[cfg(test)]
mod tests {
    use super::{super::source::Params, *};

    fn mail(kind: &str, locale: Locale, device: &str) -> Mail {
        let text: Text = toml::from_str(TEXTS.iter().find(|(name, _)| *name == kind).unwrap().1).unwrap();
        let link = text.ko.button.map(|_| "https://dojob.example/reset#AAAA".to_owned());
        Mail {
            to: "minji@dojob.example".to_owned(),
            locale,
            kind: kind.to_owned(),
            params: Params {
                at: "2026-12-03T07:20:00Z".parse().unwrap(),
                minutes: link.is_some().then_some(30),
                link,
                device: Some(device.to_owned()),
                address: Some("m***@dojob.example".to_owned()),
                devices: "https://dojob.example/me/devices".to_owned(),
                forgotten: "https://dojob.example/forgotten".to_owned(),
            },
            until: None,
        }
    }

    #[test]
    fn every_text_can_be_written_in_both_languages() {
        let texts = Texts::embedded().unwrap();
        for (kind, _) in TEXTS {
            for locale in [Locale::Ko, Locale::En] {
                let mail = mail(kind, locale, "Chrome · Windows");
                let letter = texts.write(&mail).unwrap();
                assert!(!letter.subject.is_empty() && !letter.subject.contains('\n'), "{kind}");
                for part in [&letter.plain, &letter.html] {
                    assert!(!part.contains("{{"), "{kind}: {part}");
                }
                assert!(!letter.plain.contains("none"), "{kind}: {}", letter.plain);
                if let Some(link) = &mail.params.link {
                    assert!(letter.plain.contains(link), "{kind}: {}", letter.plain);
                }
                assert!(!letter.html.contains("<script") && !letter.html.contains("<img"), "{kind}");
            }
        }
    }

    #[test]
    fn a_first_address_is_confirmed_without_a_former_one() {
        let texts = Texts::embedded().unwrap();
        for (locale, asked) in
            [(Locale::Ko, "이 주소로 정해 달라는"), (Locale::En, "use this e-mail address")]
        {
            let mut first = mail("confirm_new_address", locale, "");
            first.params.address = None;
            let letter = texts.write(&first).unwrap();
            assert!(letter.plain.contains(asked), "{}", letter.plain);
        }
    }

    #[test]
    fn what_somebody_typed_becomes_no_tag() {
        let texts = Texts::embedded().unwrap();
        let letter = texts.write(&mail("new_device", Locale::Ko, "<b>{{ at }}</b>")).unwrap();
        assert!(letter.html.contains("&lt;b&gt;"), "{}", letter.html);
        assert!(letter.plain.contains("<b>{{ at }}</b>"), "nor is it a template: {}", letter.plain);
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let at: DateTime<Utc> = "2026-12-03T07:05:00Z".parse().unwrap();
        assert_eq!(moment(at, Locale::Ko), "12월 3일 오후 4:05");
        assert_eq!(moment(at, Locale::En), "3 December, 16:05 (Korean time)");
        let spans = [(30, "30분", "30 minutes"), (1440, "24시간", "24 hours"), (10_080, "7일", "7 days")];
        for (minutes, ko, en) in spans {
            assert_eq!((span(minutes, Locale::Ko).as_str(), span(minutes, Locale::En).as_str()), (ko, en));
        }
    }

    #[test]
    fn a_mail_without_what_its_text_needs_is_an_error() {
        let texts = Texts::embedded().unwrap();
        let mut bad = mail("reset_password", Locale::Ko, "");
        bad.params.link = None;
        assert!(texts.write(&bad).is_err());
        let mut bad = mail("address_changed", Locale::Ko, "");
        bad.params.address = None;
        assert!(texts.write(&bad).is_err());
        assert!(
            texts.write(&Mail { kind: "nothing".to_owned(), ..mail("new_device", Locale::Ko, "") }).is_err()
        );
    }
}
