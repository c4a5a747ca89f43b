//! Names that nobody may have, because they pass for those who run the product.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::skeleton;

/// Nobody's, wherever in a name they stand.
const ANYWHERE: [&str; 13] = [
    "dojob",
    "운영자",
    "운영팀",
    "운영진",
    "관리자",
    "관리팀",
    "고객센터",
    "고객지원",
    "공식계정",
    "공식채널",
    "administrator",
    "moderator",
    "webmaster",
];

/// Nobody's as a name or as a word of one: a 배드민턴 (badminton) is no admin.
const ALONE: [&str; 11] =
    ["공식", "시스템", "도잡", "두잡", "admin", "official", "operator", "root", "staff", "support", "system"];

/// Whether a name passes for one of ours: in any case and width, with spaces or signs inside, in letters of other scripts
/// that look the same (UTS #39).
pub(super) fn is_reserved(name: &str) -> bool {
    let whole = looks(name);
    let anywhere = ANYWHERE.iter().any(|word| whole.iter().any(|look| look.contains(&look_of(word))));
    let words = name.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).flat_map(|word| {
        let without_number = word.trim_matches(char::is_numeric);
        [looks(word), looks(without_number)].concat()
    });
    let joined: Vec<String> = [whole, looks(name.trim_matches(|c: char| !c.is_alphabetic()))].concat();
    anywhere || words.chain(joined).any(|look| ALONE.iter().any(|word| look_of(word) == look))
}

/// What a name looks like in small letters, and as it is written: А and а look like other letters' А and а.
fn looks(name: &str) -> Vec<String> {
    vec![look_of(name), look_of(&name.to_lowercase())]
}

/// Letters and digits alone, each as the one that it looks like. Syllables come apart, so that ㅇㅜㄴ is 운.
fn look_of(text: &str) -> String {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).map(unframed).collect();
    let look = skeleton(&plain).collect::<String>().nfkd().flat_map(char::to_lowercase).collect::<String>();
    let letters = look.chars().filter(|c| c.is_alphanumeric()).map(|c| if c == 'i' { 'l' } else { c });
    // UTS #39 takes m for rn, but M for M.
    letters.collect::<String>().replace("rn", "m")
}

/// Letters in squares and circles and those that flags are made of, which no normalization takes out of their frame, and
/// signs that stand for letters.
fn unframed(c: char) -> char {
    let first = match c {
        '🄰'..='🅉' => '🄰',
        '🅐'..='🅩' => '🅐',
        '🅰'..='🆉' => '🅰',
        '🇦'..='🇿' => '🇦',
        '@' => return 'a',
        '$' => return 's',
        _ => return c,
    };
    let nth = u32::from(c) - u32::from(first);
    char::from_u32(u32::from('a') + nth).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_ours_are_reserved_however_they_are_written() {
        for name in [
            "운영자",
            "관리자",
            "공식",
            "dojob",
            "dojob 공식",
            "DOJOB",
            "DoJob 지원",
            "운 영 자",
            "운.영.자",
            "★운영자★",
            "동네 관리자님",
            "운영자2",
            "ㅇㅜㄴ영자",
            "우ㄴ영자",
            "공 식",
            "공식-민지",
            "공식1",
            "admin",
            "Admin_1",
            "ＡＤＭＩＮ",
            "ｄｏｊｏｂ",
            "ⓓⓞⓙⓞⓑ",
            "🅳🅾🅹🅾🅱",
            "🇩 🇴 🇯 🇴 🇧",
            "𝐝𝐨𝐣𝐨𝐛",
            "d0job",
            "d-o-j-o-b",
            "dójöb",
            "dоjоb",
            "ԁојоb",
            "DОJОВ",
            "аdmin",
            "АDМIN",
            "ΑDΜΙΝ",
            "adm1n",
            "ADMlN",
            "@dmin",
            "adrnin",
            "official",
            "0fficial",
            "Support Team",
            "시스템",
        ] {
            assert!(is_reserved(name), "{name}");
        }
    }

    #[test]
    fn names_of_people_are_not() {
        for name in [
            "민지",
            "배드민턴 badminton",
            "Badminton",
            "Jobs",
            "도자기굽는이",
            "도자배우는윤",
            "운영",
            "관리",
            "공식이엄마",
            "시스템에어컨수리",
            "Adminah",
            "Rootsy",
            "하늘🌿",
            "Linh",
            "Нина",
            "می\u{200C}نا",
            "1234",
            "…",
            "비오는날이면부침개부치는성산동옥탑방주인",
        ] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
