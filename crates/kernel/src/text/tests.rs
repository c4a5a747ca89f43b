use proptest::prelude::*;
use unicode_normalization::is_nfc;

use super::*;

fn line(raw: &str) -> Result<String, (String, String)> {
    kept(raw, Kind::Line)
}

/// What is kept, or the code and what it says of the character.
fn kept(raw: &str, kind: Kind) -> Result<String, (String, String)> {
    parse(raw, kind, 1, 2000).map_err(|e| {
        let of = |param: &str| e.params.get(param).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        (e.code.to_string(), format!("{} {}", of("character"), of("class")).trim().to_owned())
    })
}

fn refused(character: &str, class: &str) -> Result<String, (String, String)> {
    Err((FORBIDDEN_CHARACTER.to_string(), format!("{character} {class}")))
}

#[test]
fn decomposed_letters_are_composed() {
    let nfd: String = "통기타 Café".nfd().collect();
    assert_eq!(parse(&nfd, Kind::Line, 1, 8).unwrap(), "통기타 Café");
    // What stood between is dropped first.
    assert_eq!(line("\u{1106}\u{200B}\u{1161}\u{FEFF}\u{11BC}").unwrap(), "망");
    assert_eq!(line("ᄀ\u{200C}ᅡ").unwrap(), "가");
}

#[test]
fn blanks_fold_and_every_kind_of_line_end_is_one() {
    assert_eq!(line("  a \t b\n\n\n\nc\u{3000}\u{A0}d ").unwrap(), "a b c d");
    for end in ["\n", "\r", "\r\n", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}"] {
        let raw = format!("첫째{end}둘째");
        assert_eq!(kept(&raw, Kind::Body).unwrap(), "첫째\n둘째", "{end:?}");
        assert_eq!(line(&raw).unwrap(), "첫째 둘째", "{end:?}");
        assert_eq!(kept(&raw, Kind::Name).unwrap(), "첫째 둘째", "{end:?}");
    }
    assert_eq!(kept("a\r\n\n\r\n\u{2029}b", Kind::Body).unwrap(), "a\n\nb");
    assert_eq!(kept("a\n\rb", Kind::Body).unwrap(), "a\n\nb");
}

#[test]
fn what_people_paste_without_knowing_is_dropped() {
    for c in [
        '\u{FEFF}',
        '\u{AD}',
        '\u{200B}',
        '\u{200C}',
        '\u{200D}',
        '\u{2060}',
        '\u{2063}',
        '\u{206A}',
        '\u{34F}',
        '\u{17B4}',
        '\u{180B}',
        '\u{180E}',
        '\u{FE00}',
        '\u{FE0F}',
        '\u{E0100}',
        '\u{E01EF}',
        '\u{FFFC}',
        '\u{1BCA0}',
        '\u{1D173}',
    ] {
        for kind in [Kind::Name, Kind::Line, Kind::Body] {
            assert_eq!(kept(&format!("{c}붙여{c}넣은{c}{c} 글{c}"), kind).unwrap(), "붙여넣은 글", "{c:?}");
        }
        assert_eq!(line(&c.to_string()), Err((EMPTY.to_string(), String::new())), "{c:?}");
    }
}

#[test]
fn direction_is_refused_in_names_and_dropped_elsewhere() {
    for c in ['\u{200E}', '\u{200F}', '\u{61C}', '\u{202A}', '\u{202C}', '\u{202E}', '\u{2066}', '\u{2069}'] {
        let raw = format!("민{c}지");
        assert_eq!(line(&raw).unwrap(), "민지", "{c:?}");
        assert_eq!(kept(&raw, Kind::Body).unwrap(), "민지", "{c:?}");
        let name = format!("U+{:04X}", u32::from(c));
        assert_eq!(kept(&raw, Kind::Name), refused(&name, "direction"), "{c:?}");
    }
}

#[test]
fn what_deceives_the_eye_is_refused_by_its_name() {
    for (raw, character, class) in [
        ("a\0b", "U+0000", "control"),
        ("a\u{1B}[31mb", "U+001B", "control"),
        ("a\u{7F}b", "U+007F", "control"),
        ("a\u{9B}b", "U+009B", "control"),
        ("가\u{3164}", "U+3164", "filler"),
        ("\u{115F}", "U+115F", "filler"),
        ("가\u{1160}", "U+1160", "filler"),
        ("\u{FFA0}", "U+FFA0", "filler"),
        ("\u{1D159}", "U+1D159", "filler"),
        ("가\u{E0041}\u{E0042}나", "U+E0041", "tag"),
        ("가\u{E0001}나", "U+E0001", "tag"),
        ("🏴\u{E0041}\u{E0042}\u{E0043}\u{E007F}", "U+E0041", "tag"),
        ("🏴\u{E0067}\u{E0062}\u{E0073}", "U+E0067", "tag"),
        ("👍\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}", "U+E0067", "tag"),
        ("가\u{E000}", "U+E000", "private"),
        ("가\u{F8FF}", "U+F8FF", "private"),
        ("가\u{10FFFD}", "U+10FFFD", "private"),
        ("가\u{378}", "U+0378", "unassigned"),
        ("가\u{FFFE}", "U+FFFE", "unassigned"),
        ("가\u{FDD0}", "U+FDD0", "unassigned"),
        ("가\u{2065}", "U+2065", "unassigned"),
        ("가\u{E0002}", "U+E0002", "unassigned"),
        ("가\u{E0FFF}", "U+E0FFF", "unassigned"),
        ("\u{600}", "U+0600", "format"),
        ("가\u{FFF9}나\u{FFFB}", "U+FFF9", "format"),
        ("\u{301}", "U+0301", "lone_mark"),
        ("가 \u{301}나", "U+0301", "lone_mark"),
        ("가\n\u{20DD}", "U+20DD", "lone_mark"),
        ("\u{200B}\u{64B}", "U+064B", "lone_mark"),
        ("\u{93E}", "U+093E", "lone_mark"),
    ] {
        assert_eq!(line(raw), refused(character, class), "{raw:?}");
    }
}

#[test]
fn something_is_seen() {
    for raw in
        ["", "   ", "\u{2800}", "\u{2800}\u{2800} \u{2800}", "\u{200B}", "\u{FE0F}", "\u{200E}\u{202E}"]
    {
        assert_eq!(line(raw), Err((EMPTY.to_string(), String::new())), "{raw:?}");
    }
    // The blank of Braille is a blank.
    assert_eq!(line("⠓⠕\u{2800}⠊").unwrap(), "⠓⠕ ⠊");
}

#[test]
fn joiners_stay_where_a_script_needs_them() {
    for needed in [
        "می\u{200C}خواهم فارسی",
        "خانه\u{200C}ها",
        "نامه\u{200C}ای",
        // A mark between the letter and the joiner.
        "بِ\u{200C}ه",
        // Behind a virama: half forms, chillus, Sinhala, the Nepali eyelash.
        "क्\u{200D}ष",
        "क्\u{200C}ष",
        "ന്\u{200D}",
        "ශ්\u{200D}රී",
        "गर्\u{200D}यो",
        // Bengali and Kannada write it before one.
        "র\u{200D}্যাব",
        "ರ\u{200D}್ಯ",
        // Mongolian forms and its vowel separator.
        "ᠬ\u{180B}ᠠ",
        "ᠨ\u{180E}ᠠ",
    ] {
        for kind in [Kind::Name, Kind::Line, Kind::Body] {
            assert_eq!(kept(needed, kind).as_deref(), Ok(needed), "{needed:?}");
        }
    }
    for (raw, expected) in [
        ("민\u{200D}지", "민지"),
        ("аб\u{200D}в", "абв"),
        ("1\u{200D}2", "12"),
        ("a\u{200C}b", "ab"),
        ("可\u{200C}能", "可能"),
        ("می\u{200C}", "می"),
        ("\u{200C}می", "می"),
        ("می\u{200C} خواهم", "می خواهم"),
        ("می\u{200C}\u{200C}\u{200D}خواهم", "می\u{200C}خواهم"),
        ("می\u{200C}가", "می가"),
        // The letter does not join the next one anyway.
        ("دا\u{200C}ن", "دان"),
        ("क\u{200D}ष", "कष"),
        ("क्\u{200C}", "क्"),
        ("ᠬ\u{180B}\u{180C}ᠠ", "ᠬ\u{180B}ᠠ"),
        ("가\u{180B}", "가"),
    ] {
        assert_eq!(line(raw).as_deref(), Ok(expected), "{raw:?}");
    }
}

#[test]
fn emoji_stay_whole() {
    for whole in [
        "👨‍👩‍👧 <b>'; DROP",
        "🏳️‍🌈",
        "🏴‍☠️",
        "❤️‍🔥",
        "👩🏽‍💻",
        "🫱🏻‍🫲🏿",
        "👁️‍🗨️",
        "🧑🏼‍❤️‍💋‍🧑🏻",
        "1️⃣ #️⃣",
        "☎️ ☎︎ ⌚︎",
        "🇰🇷",
        "🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
        "🏴\u{E0075}\u{E0073}\u{E0074}\u{E0078}\u{E007F}!",
        // A place that is kept for an emoji to come.
        "\u{1FAFF}",
    ] {
        for kind in [Kind::Name, Kind::Line, Kind::Body] {
            assert_eq!(kept(whole, kind).as_deref(), Ok(whole), "{whole:?}");
        }
    }
    for (raw, expected) in [
        ("👩\u{200D}", "👩"),
        ("👩\u{200D}\u{200D}\u{200D}💻", "👩‍💻"),
        ("👩\u{200D}가", "👩가"),
        ("1\u{FE0F}", "1"),
        ("가\u{FE0F}", "가"),
        ("😀\u{FE0F}\u{FE0F}", "😀"),
        ("❤\u{FE0F}\u{FE0F}", "❤️"),
    ] {
        assert_eq!(line(raw).as_deref(), Ok(expected), "{raw:?}");
    }
}

#[test]
fn scripts_that_write_marks_keep_them_and_stacks_are_bounded() {
    for word in ["หนึ่ง", "ကြွေးကြော်", "བསྒྲུབས", "שּׁ֗לוֹם", "हिन्दी", "ភាសាខ្មែរ", "Nguyễn", "بِسْمِ"]
    {
        let nfc: String = word.nfc().collect();
        assert_eq!(line(word).as_deref(), Ok(nfc.as_str()), "{word}");
    }
    let stack = |n: usize| format!("가{}나", "\u{308}".repeat(n));
    assert_eq!(line(&stack(4)), Ok(stack(4)));
    assert_eq!(line(&stack(5)), refused("U+0308", "mark_stack"));
    assert_eq!(kept(&stack(1500), Kind::Body), refused("U+0308", "mark_stack"));
}

#[test]
fn length_counts_characters() {
    let code = |raw: &str, min, max| parse(raw, Kind::Line, min, max).unwrap_err().code;
    assert_eq!(code("   ", 1, 9), "text.empty");
    assert_eq!(code("가", 2, 9), "text.too_short");
    assert_eq!(code("가나다라", 1, 3), "text.too_long");
    assert_eq!(code(&"가".repeat(100_000), 1, 3), "text.too_long");
    assert!(parse("가나다", Kind::Line, 1, 3).is_ok());
    assert_eq!(parse("\u{FEFF}가\u{200B}나다", Kind::Line, 1, 3).unwrap(), "가나다");
    assert_eq!(parse("", Kind::Line, 0, 3).unwrap(), "");
}

#[test]
fn words_to_search_for_are_never_refused() {
    for (raw, expected) in [
        ("망원동\u{200B}", "망원동"),
        ("\u{FEFF}망원동", "망원동"),
        ("망\u{AD}원동", "망원동"),
        ("\u{202E}망원동\0", "망원동"),
        ("망원\r\n동\u{3164}", "망원 동"),
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("\u{301}\u{E0041}\u{E000}", ""),
    ] {
        assert_eq!(words(raw), expected, "{raw:?}");
    }
    assert_eq!(words(&"가".repeat(60_000)).chars().count(), 1_000);
}

#[test]
fn a_long_run_of_joiners_costs_no_time() {
    let started = std::time::Instant::now();
    for one in ['\u{200D}', '\u{200C}', '\u{FE0F}', '\u{301}', '\u{94D}'] {
        let run: String = std::iter::repeat_n(one, 30_000).collect();
        let _ = parse(&format!("👩क{run}👩"), Kind::Body, 1, 2000);
        let _ = parse(&run.replace(one, &format!("म{one}\u{200D}")), Kind::Body, 1, 5000);
    }
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

/// Mostly characters that the policy has an opinion about.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        '\u{200C}',
        '\u{200D}',
        '\u{FE0E}',
        '\u{FE0F}',
        '\u{FEFF}',
        '\u{AD}',
        '\u{202E}',
        '\r',
        '\n',
        ' ',
        '\u{2028}',
        '\u{2800}',
        '\u{301}',
        '\u{308}',
        '\u{5C1}',
        '\u{93E}',
        '\u{94D}',
        '\u{9CD}',
        '\u{DCA}',
        '\u{DD9}',
        '\u{DCF}',
        '\u{180B}',
        '\u{180E}',
        '\u{20E3}',
        '\u{E0067}',
        '\u{E0062}',
        '\u{E007F}',
        '\u{1F3FB}',
        '\u{1100}',
        '\u{1161}',
        '\u{11A8}',
        '\u{654}',
        '\u{653}',
    ]);
    let plain = prop::sample::select(vec![
        'a',
        'e',
        '1',
        '#',
        '가',
        'م',
        'ی',
        'ا',
        'د',
        'क',
        'ष',
        'র',
        'ක',
        '👩',
        '❤',
        '💻',
        '🏴',
        '\u{1F1F0}',
        'ᠬ',
        '\u{212B}',
        '\u{958}',
    ]);
    prop::collection::vec(prop_oneof![3 => odd, 3 => plain, 1 => any::<char>()], 0..24)
        .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_kept_is_kept_as_it_is(raw in text(), nth in 0..3_usize) {
        let kind = [Kind::Name, Kind::Line, Kind::Body][nth];
        if let Ok(once) = parse(&raw, kind, 0, 2000) {
            prop_assert_eq!(parse(&once, kind, 0, 2000), Ok(once.clone()));
            prop_assert!(is_nfc(&once));
            let first = once.chars().next().map(class);
            prop_assert!(matches!(first, None | Some(Class::Visible)), "{:?}", first);
            for c in once.chars() {
                let is_kept = match class(c) {
                    Class::Visible | Class::Mark { .. } | Class::Joiner | Class::Style | Class::MongolianForm
                    | Class::Tag => true,
                    Class::Blank => c == ' ',
                    Class::LineEnd => c == '\n' && kind == Kind::Body,
                    Class::Direction | Class::Invisible | Class::Forbidden(_) => false,
                };
                prop_assert!(is_kept, "{:?} in {:?}", c, once);
            }
        }
    }

    #[test]
    fn words_are_read_once_and_for_all(raw in text()) {
        let once = words(&raw);
        prop_assert_eq!(words(&once), once.clone());
        prop_assert!(is_nfc(&once));
        prop_assert!(parse(&once, Kind::Line, 0, 2000).is_ok());
    }

    #[test]
    fn nothing_panics(raw in any::<String>()) {
        let _ = (parse(&raw, Kind::Name, 1, 20), parse(&raw, Kind::Body, 1, 2000), words(&raw));
    }
}
