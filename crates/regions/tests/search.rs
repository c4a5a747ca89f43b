//! What people type and what they find.

use std::sync::LazyLock;

use dojob_regions::{Hit, Level, Regions};
use proptest::prelude::*;
use proptest::sample::Index;

static REGIONS: LazyLock<Regions> = LazyLock::new(Regions::embedded);

fn paths(query: &str, limit: usize) -> Vec<&'static str> {
    REGIONS.search(query, limit).iter().map(|hit| hit.region.path).collect()
}

fn first(query: &str) -> Option<Hit<'static>> {
    REGIONS.search(query, 1).pop()
}

/// The best answer to each.
const GOLDEN: [(&str, &str); 67] = [
    ("망원", "서울특별시 마포구 망원동"),
    ("망원동", "서울특별시 마포구 망원동"),
    ("마포 망원", "서울특별시 마포구 망원동"),
    ("망원 마포", "서울특별시 마포구 망원동"),
    ("망원동 서울", "서울특별시 마포구 망원동"),
    ("마포구 망원동", "서울특별시 마포구 망원동"),
    ("서울 마포구 망원동", "서울특별시 마포구 망원동"),
    ("마포구망원동", "서울특별시 마포구 망원동"),
    ("서울마포구망원동", "서울특별시 마포구 망원동"),
    ("서울특별시마포구망원동", "서울특별시 마포구 망원동"),
    ("마포망원", "서울특별시 마포구 망원동"),
    ("마포구망", "서울특별시 마포구 망원동"),
    ("서울시 마포구망원동", "서울특별시 마포구 망원동"),
    ("  마포구   망원동  ", "서울특별시 마포구 망원동"),
    ("마포구 망원동 (망원시장)", "서울특별시 마포구 망원동"),
    ("[배달] 마포구 망원동, 2층", "서울특별시 마포구 망원동"),
    ("망워", "서울특별시 마포구 망원동"),
    ("마포 망워", "서울특별시 마포구 망원동"),
    ("마포 ㅁㅇㄷ", "서울특별시 마포구 망원동"),
    ("ㅁㅍ ㅁㅇ", "서울특별시 마포구 망원동"),
    ("강나", "서울특별시 강남구"),
    ("강남", "서울특별시 강남구"),
    ("강남구", "서울특별시 강남구"),
    ("강ㄴ", "서울특별시 강남구"),
    ("맢", "서울특별시 마포구"),
    ("ㅁㅍ", "서울특별시 마포구"),
    ("ㅁㅍㄱ", "서울특별시 마포구"),
    ("강남 신사", "서울특별시 강남구 신사동"),
    ("은평 신사", "서울특별시 은평구 신사동"),
    ("신사 은평", "서울특별시 은평구 신사동"),
    ("서울", "서울특별시"),
    ("서울시", "서울특별시"),
    ("ㅅㅇㅌㅂㅅ", "서울특별시"),
    ("경남", "경상남도"),
    ("경남 창원", "경상남도 창원시"),
    ("경남창원시", "경상남도 창원시"),
    ("창원 마산합포", "경상남도 창원시 마산합포구"),
    ("전남광주", "전남광주통합특별시"),
    ("전남광주 광산", "전남광주통합특별시 광산구"),
    ("광주 광산구", "전남광주통합특별시 광산구"),
    ("광주광산구", "전남광주통합특별시 광산구"),
    ("광주광역시 광산구 송정동", "전남광주통합특별시 광산구 송정동"),
    ("전라남도 목포시", "전남광주통합특별시 목포시"),
    ("전남 목포", "전남광주통합특별시 목포시"),
    ("광주시", "경기도 광주시"),
    ("광주", "전남광주통합특별시"),
    ("경기 광주", "경기도 광주시"),
    ("강원도", "강원특별자치도"),
    ("강원", "강원특별자치도"),
    ("강원도 춘천시", "강원특별자치도 춘천시"),
    ("강원도춘천시", "강원특별자치도 춘천시"),
    ("전라북도 전주시 완산구", "전북특별자치도 전주시 완산구"),
    ("전북 전주", "전북특별자치도 전주시"),
    ("수원시 장안구", "경기도 수원시 장안구"),
    ("수원시장안구", "경기도 수원시 장안구"),
    ("처인구", "경기도 용인시 처인구"),
    ("용인 처인 역북", "경기도 용인시 처인구 역북동"),
    ("경북 군위", "대구광역시 군위군"),
    ("경상북도 군위군 고로면", "대구광역시 군위군 삼국유사면"),
    ("대구 군위", "대구광역시 군위군"),
    ("인천 중구 중산동", "인천광역시 영종구 중산동"),
    ("인천 서구 검암동", "인천광역시 서해구 검암동"),
    ("인천 남구", "인천광역시 미추홀구"),
    ("화성시 영천동", "경기도 화성시 동탄구 영천동"),
    ("동탄면 영천리", "경기도 화성시 동탄구 영천동"),
    ("세종시 반곡동", "세종특별자치시 반곡동"),
    ("제주도 애월", "제주특별자치도 제주시 애월읍"),
];

#[test]
fn golden_searches() {
    let wrong: Vec<_> = GOLDEN
        .iter()
        .filter(|(query, path)| first(query).map(|hit| hit.region.path) != Some(*path))
        .map(|(query, path)| (query, path, paths(query, 3)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_found_for_nothing() {
    for query in [
        "",
        " ",
        "()",
        "(망원동)",
        "ㅏ",
        "없는이름",
        "마포 해운대",
        "강남구 망원동",
        "💃",
        "xyz",
        ",",
        "망원동 망원동 없음",
    ] {
        assert!(REGIONS.search(query, 10).is_empty(), "{query} {:?}", paths(query, 3));
    }
    assert!(REGIONS.search("망원", 0).is_empty());
    assert!(REGIONS.search(&"가".repeat(10_000), 5).is_empty());
}

#[test]
fn names_that_are_not_unique_all_come() {
    assert_eq!(paths("신사동", 10), ["서울특별시 은평구 신사동", "서울특별시 강남구 신사동"]);
    let parents: Vec<String> =
        REGIONS.search("신사동", 10).iter().map(|hit| hit.region.parent_path()).collect();
    assert_eq!(parents, ["서울 은평구", "서울 강남구"]);
    let middle = REGIONS.search("중구", 20);
    let today: Vec<String> =
        middle.iter().filter(|hit| hit.region.name == "중구").map(|hit| hit.region.parent_path()).collect();
    assert_eq!(today, ["서울", "부산", "대구", "대전", "울산"]);
    assert!(middle.iter().skip(5).take(2).all(|hit| hit.former_name.as_deref() == Some("인천광역시 중구")));
    assert!(paths("교동", 50).iter().filter(|path| path.ends_with(" 교동")).count() >= 15);
    let golden: Vec<&str> = paths("인천 금곡동", 5);
    assert_eq!(golden[..2], ["인천광역시 제물포구 금곡동", "인천광역시 검단구 금곡동"]);
}

#[test]
fn former_names_are_told() {
    for (query, path, former) in [
        ("광주 광산구", "전남광주통합특별시 광산구", "광주광역시 광산구"),
        ("광주광역시 광산구 송정동", "전남광주통합특별시 광산구 송정동", "광주광역시 광산구 송정동"),
        ("광주광역시", "전남광주통합특별시", "광주광역시"),
        ("전라남도 목포시", "전남광주통합특별시 목포시", "전라남도 목포시"),
        ("강원도 춘천", "강원특별자치도 춘천시", "강원도 춘천시"),
        ("전라북도", "전북특별자치도", "전라북도"),
        ("경북 군위", "대구광역시 군위군", "경상북도 군위군"),
        ("인천 중구", "인천광역시 제물포구", "인천광역시 중구"),
        ("인천 서구", "인천광역시 서해구", "인천광역시 서구"),
        ("인천 남구", "인천광역시 미추홀구", "인천광역시 남구"),
        ("인천 중구 중산동", "인천광역시 영종구 중산동", "인천광역시 중구 중산동"),
        ("동탄면 영천리", "경기도 화성시 동탄구 영천동", "경기도 화성시 동탄면 영천리"),
        ("일광면", "부산광역시 기장군 일광읍", "부산광역시 기장군 일광면"),
        ("고로면", "대구광역시 군위군 삼국유사면", "경상북도 군위군 고로면"),
        ("동탄면", "경기도 화성시 동탄구", "경기도 화성시 동탄면"),
    ] {
        let hit = first(query).unwrap();
        assert_eq!((hit.region.path, hit.former_name.as_deref()), (path, Some(former)), "{query}");
    }
    for query in ["전남광주 광산구", "강원 춘천", "망원동", "전북 전주", "화성시 영천동", "경남"]
    {
        assert_eq!(first(query).unwrap().former_name, None, "{query}");
    }
}

#[test]
fn what_was_split_leads_to_its_parts() {
    assert_eq!(paths("인천 중구", 2), ["인천광역시 제물포구", "인천광역시 영종구"]);
    assert_eq!(paths("인천 서구", 2), ["인천광역시 서해구", "인천광역시 검단구"]);
    let cheongwon = REGIONS.search("청원군", 10);
    assert_eq!(cheongwon.iter().filter(|hit| hit.region.path.starts_with("충청북도 청주시")).count(), 4);
    let hit = REGIONS.search("화성 능동", 5).into_iter().find(|hit| hit.former_name.is_some()).unwrap();
    assert_eq!(hit.region.path, "경기도 화성시");
    assert_eq!(hit.former_name.as_deref(), Some("경기도 화성시 능동"));
}

#[test]
fn the_matched_part_is_marked_in_characters() {
    let marked = |query: &str| -> Vec<String> {
        let hit = first(query).unwrap();
        let path: Vec<char> = hit.region.path.chars().collect();
        hit.matched.iter().map(|span| path[span.clone()].iter().collect()).collect()
    };
    assert_eq!(marked("망원"), ["망원"]);
    assert_eq!(marked("마포 망워"), ["마포", "망원"]);
    assert_eq!(marked("망원 마포"), ["마포", "망원"]);
    assert_eq!(marked("서울마포구망원동"), ["서울", "마포구", "망원동"]);
    assert_eq!(marked("맢"), ["마포"]);
    assert_eq!(marked("ㅁㅍ ㅁㅇㄷ"), ["마포", "망원동"]);
    assert_eq!(marked("광주 광산구"), ["광주", "광산구"]);
    assert_eq!(marked("인천 남구"), ["인천"]);
}

#[test]
fn whole_names_come_before_starts_and_these_before_insides() {
    let hits = paths("신림", 60);
    let place = |end: &str| hits.iter().position(|path| path.ends_with(end)).unwrap();
    assert_eq!(hits[0], "서울특별시 관악구 신림동");
    assert!(place("신림동") < place("신림면"));
    assert!(place("신림면") < place("신림리"));
    let hits = REGIONS.search("원동", 2_000);
    let inside = hits
        .iter()
        .position(|hit| hit.former_name.is_none() && !hit.region.name.starts_with("원동"))
        .unwrap();
    assert!(inside > 3);
    assert!(hits[inside..].iter().all(|hit| !hit.region.name.starts_with("원동")));
    assert!(hits[inside..].iter().any(|hit| hit.region.name == "망원동"));
    // 읍면동 before 리 where both fit alike.
    let levels: Vec<Level> = REGIONS.search("금곡", 40).iter().map(|hit| hit.region.level).collect();
    assert!(
        levels.iter().position(|level| *level == Level::Ri)
            > levels.iter().rposition(|level| *level == Level::Eupmyeondong)
    );
    // But a 리 typed in full is what is meant.
    assert_eq!(first("금곡리").unwrap().region.name, "금곡리");
}

#[test]
fn consonants_find_what_they_stand_for() {
    let names: Vec<&str> = REGIONS.search("ㅁㅇㄷ", 100).iter().map(|hit| hit.region.name).collect();
    assert!(names.contains(&"망원동"));
    assert!(names.iter().all(|name| hangul::initials(name).contains("ㅁㅇㄷ")), "{names:?}");
    // An input method may run two consonants together.
    assert_eq!(paths("ㄱㅅㄱ", 5), paths("ㄳㄱ", 5));
    assert_eq!(paths("\u{1106}\u{1111}", 5), paths("ㅁㅍ", 5), "conjoining consonants");
}

fn nfd(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd().collect()
}

fn region() -> impl Strategy<Value = dojob_regions::Region<'static>> {
    any::<Index>().prop_filter_map("no region", |index| REGIONS.iter().nth(index.index(REGIONS.len())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decomposed_and_composed_are_one(region in region()) {
        for query in [region.path, region.name, &region.short_path()] {
            prop_assert_eq!(REGIONS.search(&nfd(query), 10), REGIONS.search(query, 10));
        }
    }

    #[test]
    fn any_start_of_any_name_finds_it(region in region(), cut in any::<Index>()) {
        prop_assume!(region.code != "3611000000");
        let name: Vec<char> = region.name.chars().collect();
        let start: String = name[..=cut.index(name.len())].iter().collect();
        let found = REGIONS.search(&start, usize::MAX);
        prop_assert!(found.iter().any(|hit| hit.region.code == region.code), "{}", start);
    }

    #[test]
    fn any_start_of_the_keys_finds_it(region in region()) {
        prop_assume!(region.code != "3611000000" && !region.name.contains('('));
        let consonants = hangul::initials(region.name);
        let found = REGIONS.search(&consonants, usize::MAX);
        prop_assert!(found.iter().any(|hit| hit.region.code == region.code), "{}", consonants);
    }

    #[test]
    fn a_whole_path_finds_just_that_region_first(region in region()) {
        prop_assume!(region.code != "3611000000");
        for query in [region.path.to_owned(), region.path.replace(' ', ""), region.short_path()] {
            let found = REGIONS.search(&query, 30);
            prop_assert!(found.iter().any(|hit| hit.region.code == region.code), "{} {:?}", query, found);
        }
    }

    #[test]
    fn any_text_is_answered_soundly(query in "[가-힣ㄱ-ㅎㅏ-ㅣa-z0-9 ,()\\[\\]]{0,24}", limit in 0_usize..20) {
        let hits = REGIONS.search(&query, limit);
        prop_assert!(hits.len() <= limit);
        prop_assert_eq!(&hits, &REGIONS.search(&query, limit));
        for hit in &hits {
            let len = hit.region.path.chars().count();
            prop_assert!(hit.matched.iter().all(|span| span.start < span.end && span.end <= len));
            prop_assert!(hit.matched.is_sorted_by(|a, b| a.end <= b.start));
        }
        let more = REGIONS.search(&query, limit + 5);
        prop_assert_eq!(&more[..hits.len()], &hits[..]);
    }
}
