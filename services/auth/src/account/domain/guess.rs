//! How soon somebody finds a password who knows what people choose: `zxcvbn` with its lists of leaked passwords, names, words
//! and keyboards, and what Koreans do besides.
//!
//! The bound is a hundred million tries (`Score::Three`). At log-in nobody has them: after five the next take minutes. Whoever
//! has stolen the table needs days for one account, because each try costs what a log-in costs. More would refuse what people
//! can remember; a random password of the least length has a hundred times as many.

use zxcvbn::{Score, zxcvbn};

use super::Email;

/// Of a long password its beginning and its end are judged: one that is hard is enough. The work grows with the cube of it.
const WINDOW: usize = 32;

/// What `zxcvbn` takes for letters in disguise, besides digits.
const SIGNS: &str = "@({[<!|$+%";

/// So many kinds of them at most: it tries every way to read them, eight hundred at the worst. So a password costs at most what
/// its hash costs.
const KINDS: usize = 4;

/// Korean words and names.
const WORDS: &str = include_str!("../../../texts/korean-words.txt");

/// How easily a password is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// By whoever knows what many people choose.
    ByAnybody,
    /// By whoever knows this person's address, or a number of somebody.
    ByAcquaintances,
    /// Not soon.
    Hard,
}

pub(super) fn judge(password: &str, email: Option<&Email>) -> Guess {
    let own = email.map(own_words).unwrap_or_default();
    if is_number(password) {
        Guess::ByAcquaintances
    } else if is_hard(password, &own) {
        Guess::Hard
    } else if is_hard(password, &[]) {
        Guess::ByAcquaintances
    } else {
        Guess::ByAnybody
    }
}

/// As it is written, and as the keys that were pressed for it: a row of keys is one with the Korean keyboard, too.
fn is_hard(password: &str, own: &[String]) -> bool {
    let pressed = keys(password);
    reading_is_hard(password, own) && (pressed == password || reading_is_hard(&pressed, own))
}

fn reading_is_hard(text: &str, own: &[String]) -> bool {
    let letters: Vec<char> = tamed(text);
    let beginning: String = letters.iter().take(WINDOW).collect();
    let end: String = letters.iter().skip(letters.len().saturating_sub(WINDOW)).collect();
    part_is_hard(&beginning, own) || (beginning != end && part_is_hard(&end, own))
}

fn part_is_hard(part: &str, own: &[String]) -> bool {
    let lower = part.to_lowercase();
    let words = korean_words(&lower);
    let own = own.iter().filter(|word| lower.contains(word.as_str()));
    let known: Vec<&str> = own.chain(&words).map(String::as_str).collect();
    zxcvbn(part, &known).score() >= Score::Three
}

/// The text with a few kinds of signs only.
fn tamed(text: &str) -> Vec<char> {
    let mut kinds: Vec<char> = Vec::new();
    let mut tame = |c: char| {
        if !SIGNS.contains(c) || kinds.contains(&c) {
            c
        } else if kinds.len() < KINDS {
            kinds.push(c);
            c
        } else {
            '_'
        }
    };
    text.chars().map(&mut tame).collect()
}

/// A date, a telephone number or a resident registration number, however it is written.
fn is_number(text: &str) -> bool {
    let is_written = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-./+()년월일생".contains(c);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|d| d.parse::<u32>().ok());
    let is_date = digits.len() <= 8;
    let is_telephone = match digits.len() {
        10 | 11 => digits.starts_with("01"),
        12 => digits.starts_with("8210"),
        _ => false,
    };
    let is_resident = digits.len() == 13
        && number(2, 4).is_some_and(|month| (1..=12).contains(&month))
        && number(4, 6).is_some_and(|day| (1..=31).contains(&day));
    !digits.is_empty() && text.chars().all(is_written) && (is_date || is_telephone || is_resident)
}

/// What is written in an address: all of it, what is before the `@`, the words in that, and the mail provider.
fn own_words(email: &Email) -> Vec<String> {
    const SHORTEST: usize = 3;
    let whole = email.as_str();
    let (local, domain) = whole.rsplit_once('@').unwrap_or((whole, ""));
    let between = |c: char| !c.is_alphanumeric();
    let without_digits = |word: &str| word.trim_matches(|c: char| c.is_ascii_digit()).to_owned();
    let words = local.split(between).chain(domain.split('.').take(1));
    let mut own = vec![whole.to_owned(), local.to_owned()];
    own.extend(words.flat_map(|word| [word.to_owned(), without_digits(word)]));
    own.retain(|word| word.chars().count() >= SHORTEST);
    own
}

/// What of the Korean words is in this text, in any form: Hangul, the keys that they are typed with, Latin letters. A name with
/// each family name in front, and behind in Latin letters.
fn korean_words(lower: &str) -> Vec<String> {
    let (mut section, mut families, mut known) = ("", Vec::new(), Vec::new());
    let is_there = |form: &String| lower.contains(form.as_str());
    for line in WORDS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, latin) = line.split_once(' ').unwrap_or((line, ""));
        if line.starts_with('[') {
            section = line;
        } else if section == "[family names]" {
            families.push((word, latin));
        } else {
            let forms = both(word).into_iter().chain(latin.split_whitespace().map(str::to_owned));
            let found: Vec<String> = forms.filter(is_there).collect();
            if section == "[given names]" && !found.is_empty() {
                let whole = families.iter().flat_map(|(family, theirs)| names(family, theirs, word, latin));
                known.extend(whole.filter(is_there));
            }
            known.extend(found);
        }
    }
    known
}

/// A whole name in every form.
fn names(family: &str, family_in_latin: &str, given: &str, given_in_latin: &str) -> Vec<String> {
    let mut names = both(&format!("{family}{given}")).to_vec();
    for one in family_in_latin.split_whitespace() {
        names.extend([format!("{one}{given_in_latin}"), format!("{given_in_latin}{one}")]);
    }
    names
}

/// A word in Hangul, and the keys that it is typed with.
fn both(word: &str) -> [String; 2] {
    [word.to_owned(), keys(word).to_lowercase()]
}

/// The Latin letters on the keys that the text is typed with (두벌식).
fn keys(text: &str) -> String {
    let mut keys = String::with_capacity(text.len());
    for c in text.chars() {
        hangul::for_each_key(c, |key| keys.push(latin(key)));
    }
    keys
}

/// The Latin letter on the key of a consonant or vowel; everything else as it is.
const fn latin(key: char) -> char {
    match key {
        'ㅂ' => 'q',
        'ㅃ' => 'Q',
        'ㅈ' => 'w',
        'ㅉ' => 'W',
        'ㄷ' => 'e',
        'ㄸ' => 'E',
        'ㄱ' => 'r',
        'ㄲ' => 'R',
        'ㅅ' => 't',
        'ㅆ' => 'T',
        'ㅛ' => 'y',
        'ㅕ' => 'u',
        'ㅑ' => 'i',
        'ㅐ' => 'o',
        'ㅒ' => 'O',
        'ㅔ' => 'p',
        'ㅖ' => 'P',
        'ㅁ' => 'a',
        'ㄴ' => 's',
        'ㅇ' => 'd',
        'ㄹ' => 'f',
        'ㅎ' => 'g',
        'ㅗ' => 'h',
        'ㅓ' => 'j',
        'ㅏ' => 'k',
        'ㅣ' => 'l',
        'ㅋ' => 'z',
        'ㅌ' => 'x',
        'ㅊ' => 'c',
        'ㅍ' => 'v',
        'ㅠ' => 'b',
        'ㅜ' => 'n',
        'ㅡ' => 'm',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    fn guess(password: &str) -> Guess {
        judge(password, Email::parse("haneul88@gmail.com").ok().as_ref())
    }

    #[test]
    fn what_many_people_choose_is_found_by_anybody() {
        for bad in [
            "1234567890",
            "Password1234!",
            "Tr0ub4dour&3",
            "correcthorse",
            "1q2w3e4r5t!",
            "asdfghjkl;'",
            "!@#$%^&*()",
            "hunter2hunter2",
            "aaaaaaaaaaaa",
            "abababababababababababababababababababababab",
        ] {
            assert_eq!(guess(bad), Guess::ByAnybody, "{bad}");
        }
    }

    #[test]
    fn korean_words_are_known_in_every_way_of_writing_them() {
        for bad in [
            "안녕하세요1234",
            "dkssudgktpdy1234",
            "qlalfqjsgh1234!",
            "tkfkdgody123",
            "dkdlfjqmdb1",
            "가나다라마바사아자차",
            "rkskekfkakqktk",
            "sarang1234",
            "seoul2026!",
        ] {
            assert_eq!(guess(bad), Guess::ByAnybody, "{bad}");
        }
    }

    #[test]
    fn korean_names_are_known_with_birthdays_and_signs() {
        for bad in [
            "김민지19900314",
            "rlaalswl19900314",
            "alswl19900314",
            "kimminji1990",
            "jiwoo19920101",
            "leejiwoo!!",
            "ghdrlfehd1!",
        ] {
            assert_eq!(guess(bad), Guess::ByAnybody, "{bad}");
        }
    }

    #[test]
    fn a_row_of_keys_is_one_on_the_korean_keyboard_too() {
        assert_eq!(guess("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ"), Guess::ByAnybody);
        assert_eq!(guess("ㅁㄴㅇㄹㅎㅗㅓㅏㅣ1"), Guess::ByAnybody);
        assert_eq!(keys("안녕 ㅂㅈ, 까!"), "dkssud qw, Rk!");
    }

    #[test]
    fn numbers_of_somebody_are_known_to_others() {
        for bad in [
            "1990년 3월 14일",
            "1990년3월14일생",
            "010-1234-5678",
            "01098765421",
            "+82 10 9876 5421",
            "900314-2234567",
        ] {
            assert_eq!(guess(bad), Guess::ByAcquaintances, "{bad}");
        }
        assert_eq!(guess("7304918265503"), Guess::Hard, "of no shape that somebody knows");
    }

    #[test]
    fn the_own_address_is_known_to_others() {
        let mine = Email::parse("qzvkhaneulx88@gmail.com").ok();
        for bad in ["qzvkhaneulx88@gmail.com", "Qzvkhaneulx88!", "qzvkhaneulx1990"] {
            assert_eq!(judge(bad, mine.as_ref()), Guess::ByAcquaintances, "{bad}");
            assert_eq!(judge(bad, None), Guess::Hard, "{bad}: of somebody else");
        }
    }

    #[test]
    fn what_people_can_remember_and_others_do_not_guess_is_good() {
        for good in [
            "correct horse battery",
            "another long password",
            "한 시간이면 충분해요",
            "세 개의 코드로 한 곡",
            "기타치는토요일오후네시",
            "나의살던고향은꽃피는산골",
            "one-hour-at-a-time",
            "measured in nanoseconds",
            "👩‍👩‍👧‍👦 우리 가족 👪",
            "xK9#mQ2$vL",
        ] {
            assert_eq!(guess(good), Guess::Hard, "{good}");
        }
    }

    #[test]
    fn a_long_password_is_good_when_either_end_is() {
        let hard = "three chords for one song ";
        let long = format!("{}{hard}{hard}", "a".repeat(40));
        assert_eq!(guess(&long), Guess::Hard);
        assert_eq!(guess(&"a".repeat(100)), Guess::ByAnybody);
    }

    #[test]
    fn the_worst_password_costs_little() {
        // Every digit and every sign that may stand for a letter, again and again.
        let worst = "4@8({[<3691!|70$5+%2".repeat(6);
        let start = Instant::now();
        guess(&worst);
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}, unoptimised", start.elapsed());
    }

    proptest! {
        #[test]
        fn anything_is_judged(password in "\\PC{10,128}") {
            guess(&password);
        }

        #[test]
        fn a_random_password_is_good(password in "[A-Za-z0-9]{12}") {
            prop_assume!(password.bytes().collect::<std::collections::HashSet<_>>().len() > 8);
            prop_assert_eq!(guess(&password), Guess::Hard);
        }

        #[test]
        fn a_name_with_a_date_is_not(
            name in prop_oneof![Just("김민지"), Just("dltjwns"), Just("parkjihoon"), Just("하은")],
            year in 1950..2010, month in 1..=12, day in 1..=28,
        ) {
            prop_assert_ne!(guess(&format!("{name}{year}{month:02}{day:02}")), Guess::Hard);
        }
    }
}
