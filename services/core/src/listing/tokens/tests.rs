use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

/// Title, category words, body.
const CORPUS: [(&str, &str, &str); 16] = [
    ("통기타 첫걸음", "음악 악기", "코드 세 개로 좋아하는 노래를 함께 연주해요."),
    ("초등영어 회화반", "외국어", "아이와 같이 오셔도 좋아요."),
    ("영어로 수다 떨기", "외국어", "편하게 이야기해요. 피아노 학원 옆 카페에서 만나요."),
    ("피아노 레슨", "음악 악기", "악보를 못 읽어도 괜찮아요."),
    ("JavaScript 처음부터", "컴퓨터 개발", "브라우저만 있으면 돼요."),
    ("C언어 과외", "컴퓨터 개발", "포인터까지 한 번에."),
    ("태권도와 호신술", "운동", "도복은 없어도 돼요."),
    ("고양이 그리기", "미술", "연필 한 자루로 그려요."),
    ("고양시 산책 안내", "동네", "호수공원을 함께 걸어요."),
    ("김치 담그기 🌶️집밥", "요리", "2포기를 같이 담가요."),
    ("3D 프린터·목공 DIY", "만들기", "작은 선반을 만들어요."),
    ("첫 걸음마 사진 찍기", "사진", "돌 무렵 아이 사진."),
    ("춤 배우기", "운동", "처음이어도 좋아요."),
    ("탈춤 한마당", "전통", "장단에 맞춰요."),
    ("엑셀(Excel) 함수 정리", "컴퓨터 사무", "VLOOKUP부터."),
    ("동요 작곡가와 한 시간", "음악", "ㅋㅋ 웃으며 만들어요."),
];

fn entry((title, category, body): (&'static str, &'static str, &'static str)) -> Entry<'static> {
    Entry { title, category, body }
}

/// What the database would answer: the index narrows, the reading decides, the score orders.
fn search(q: &str) -> Vec<usize> {
    let query = Query::parse(q);
    let mut hits: Vec<(u32, usize)> = CORPUS
        .into_iter()
        .map(entry)
        .enumerate()
        .filter(|(_, e)| is_subset(query.all_of(), &document_tokens(e)))
        .filter_map(|(at, e)| Some((query.score(&e)?, at)))
        .collect();
    hits.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
    hits.into_iter().map(|(_, at)| at).collect()
}

fn is_subset(few: &[i32], many: &[i32]) -> bool {
    few.iter().all(|code| many.binary_search(code).is_ok())
}

#[test]
fn golden_queries() {
    let table: &[(&str, &[usize])] = &[
        // nouns inside compounds
        ("기타", &[0]),
        ("통기타", &[0]),
        ("영어", &[2, 1]),
        ("초등", &[1]),
        ("회화", &[1]),
        ("걸음", &[0, 11]),
        ("프린터", &[10]),
        // one syllable
        ("춤", &[12, 13]),
        ("탈", &[13]),
        // initials, as typed, as joined by the keyboard, across a space, half way
        ("ㄱㅌ", &[0]),
        ("ㅌㄱㅌ", &[0]),
        ("ㅌㄱㅌㅊㄱㅇ", &[0]),
        ("ㅍㅇㄴ", &[3]),
        ("ㅇㅇ", &[2, 1, 5, 7, 0, 3, 15]),
        ("ㅎㅅㅅ", &[6]),
        ("ㄳ", &[]),
        ("ㄱㅇㅅ", &[8]),
        ("ㅊㅂ", &[12]),
        ("ㄱ타", &[0]),
        ("기ㅌ", &[0]),
        ("고야ㅇ", &[]),
        ("고양ㅇ", &[7]),
        ("ㅋㅋ", &[15]),
        // particles
        ("기타를", &[0]),
        ("기타로", &[0]),
        ("영어로", &[2, 1]),
        ("영어를", &[2, 1]),
        ("피아노는", &[3, 2]),
        ("피아노와", &[3, 2]),
        ("사진으로", &[11]),
        ("사진은", &[11]),
        ("카페에서", &[2]),
        ("엑셀에", &[14]),
        ("태권도", &[6]),
        ("태권도도", &[6]),
        ("고양이", &[7, 8]),
        ("고양이가", &[7]),
        ("작곡가", &[15]),
        ("작곡이", &[15]),
        // spaces forgotten and spaces added
        ("첫걸음", &[0, 11]),
        ("춤배우기", &[12]),
        ("통 기타", &[0]),
        ("김치담그기", &[9]),
        // several words, any order, all of them
        ("기타 첫걸음", &[0]),
        ("걸음 기타", &[0]),
        ("영어 피아노", &[2]),
        ("기타 영어", &[]),
        ("기타 ㅊㄱㅇ", &[0]),
        // category and body after the title
        ("악기", &[0, 3]),
        ("음악", &[0, 3, 15]),
        ("피아노", &[3, 2]),
        ("노래", &[0]),
        ("컴퓨터 함수", &[14]),
        // Latin, digits, signs, emoji
        ("javascript", &[4]),
        ("SCRIPT", &[4]),
        ("c언어", &[5]),
        ("c", &[5, 4, 14]),
        ("excel", &[14]),
        ("3d", &[10]),
        ("diy 목공", &[10]),
        ("집밥🌶️", &[9]),
        ("《피아노》!", &[3, 2]),
        // decomposed, as a Mac sends it
        ("\u{1100}\u{1175}\u{1110}\u{1161}", &[0]),
        ("\u{1100}\u{1110}", &[0]),
        // nothing like it
        ("우쿨렐레", &[]),
        ("타기", &[]),
        ("%_'\\", &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
    ];
    assert!(table.len() >= 40);
    let wrong: Vec<String> = table
        .iter()
        .filter(|(q, expected)| search(q) != *expected)
        .map(|(q, expected)| format!("{q}: {:?}, expected {expected:?}", search(q)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_title_shows_what_was_typed() {
    let shown = |q: &str, title: &str| {
        let letters: Vec<char> = title.chars().collect();
        let ranges = Query::parse(q).highlight(title);
        ranges.into_iter().map(|(from, to)| letters[from..to].iter().collect()).collect::<Vec<String>>()
    };
    assert_eq!(shown("기타", "통기타 첫걸음"), ["기타"]);
    assert_eq!(shown("ㄱㅌ", "통기타 첫걸음"), ["기타"]);
    assert_eq!(shown("첫걸음을 기타", "통기타 첫 걸음"), ["기타", "첫 걸음"]);
    assert_eq!(shown("영어로", "영어로 말하는 영어"), ["영어로"]);
    assert_eq!(shown("어영 영어", "영어영문"), ["영어영"]);
    assert_eq!(shown("script", "JavaScript와 타입Script"), ["Script", "Script"]);
    assert!(shown("피아노", "통기타 첫걸음").is_empty() && shown("", "통기타").is_empty());
}

#[test]
fn a_particle_leaves_two_letters_and_follows_its_sound() {
    let table = [
        ("기타를", "기타"),
        ("사진을", "사진"),
        ("영어로", "영어"),
        ("연필로", "연필"),
        ("사진으로", "사진"),
        ("카페에서", "카페"),
        ("excel을", "excel"),
        ("작곡가", "작곡가"),
        ("요가", "요가"),
        ("사진로", "사진로"),
        ("기타을", "기타을"),
        ("바이올린", "바이올린"),
    ];
    for (word, expected) in table {
        let letters: Vec<char> = word.chars().collect();
        assert_eq!(stem(&letters).iter().collect::<String>(), expected);
    }
}

#[test]
fn codes_are_distinct_ascending_and_fill_the_type() {
    let title = "가나가나 ABC 가나";
    let tokens = document_tokens(&Entry { title, ..Entry::default() });
    assert!(tokens.windows(2).all(|two| two[0] < two[1]));
    assert_eq!(pair('\0', '\0'), i32::MIN);
    assert_eq!(pair('\u{ffff}', '\u{ffff}'), i32::MAX);
    assert!(Query::parse(&"가나다라마바사".repeat(50)).all_of().len() <= MAX_QUERY);
    assert!(Query::parse(" \u{1f336}\u{fe0f} ·!? ").is_empty());
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(LETTERS.to_vec()), 0..24).prop_map(String::from_iter)
}

const LETTERS: [char; 22] = [
    '가', '기', '타', '통', '를', '로', '은', '곡', 'ㄱ', 'ㅌ', 'ㄳ', 'ㅏ', 'a', 'A', 'b', '7', ' ', ' ',
    '·', '🌶', '\u{1100}', '\u{1161}',
];

proptest! {
    /// Any part of a title finds it: as it is, by its initials, without its spaces.
    #[test]
    fn every_part_of_a_title_finds_it(title in "[가-힣]{2,12}( [가-힣]{1,6}){0,3}", a in 0..40usize, b in 0..40usize) {
        let letters: Vec<char> = title.chars().collect();
        let from = a % (letters.len() - 1);
        let to = from + 2 + b % (letters.len() - from - 1);
        let part = &letters[from..to];
        let entry = Entry { title: &title, ..Entry::default() };
        let tokens = document_tokens(&entry);
        let asked: String = part.iter().collect();
        let initials: String = part.iter().map(|c| initial(*c).unwrap_or(*c)).collect();
        let squeezed: String = part.iter().filter(|c| is_letter(**c)).collect();
        for q in [asked, initials, squeezed] {
            let query = Query::parse(&q);
            prop_assert!(is_subset(query.all_of(), &tokens), "{q}");
            prop_assert!(query.matches(&entry), "{q}");
            prop_assert!(!query.highlight(&title).is_empty(), "{q}");
        }
    }

    /// The index never hides what reading would find, whatever the texts; marks stay inside the title.
    #[test]
    fn what_reads_as_a_match_is_in_the_index(q in text(), title in text(), category in text(), body in text()) {
        let entry = Entry { title: &title, category: &category, body: &body };
        let query = Query::parse(&q);
        if query.matches(&entry) {
            prop_assert!(is_subset(query.all_of(), &document_tokens(&entry)));
        }
        let length = title.nfc().count();
        let marks = query.highlight(&title);
        prop_assert!(marks.iter().all(|(from, to)| from < to && *to <= length));
        prop_assert!(marks.windows(2).all(|two| two[0].1 < two[1].0));
    }
}
