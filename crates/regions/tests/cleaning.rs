//! The committed tables are what the cleaning makes of the raw inputs, and they are clean.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use dojob_regions::{Level, Regions};

#[test]
fn the_committed_tables_are_what_the_recipe_makes() {
    let run = Command::new(env!("CARGO_BIN_EXE_regions-clean")).arg("--check").output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn names_are_whole() {
    let regions = Regions::embedded();
    assert_eq!(regions.len(), 20_512);
    for region in regions.iter() {
        let words: Vec<&str> = region.path.split(' ').collect();
        assert!(words.iter().all(|word| !word.is_empty()), "{region:?}");
        for word in &words {
            let glued = word
                .strip_suffix('구')
                .and_then(|word| word.split_once('시'))
                .is_some_and(|(_, district)| !district.is_empty());
            assert!(!glued, "{region:?}");
        }
        // 도 → 구 needs a 시 between; 특별자치도 and 도 alike.
        if let [sido, sigungu, ..] = words.as_slice() {
            assert!(!(sido.ends_with('도') && sigungu.ends_with('구')), "{region:?}");
        }
        assert!(!region.path.contains("서울시"), "{region:?}");
        assert!(!["세종시"].contains(words.get(1).unwrap_or(&"")), "{region:?}");
    }
}

#[test]
fn codes_are_unique_sorted_and_alive() {
    let regions = Regions::embedded();
    let codes: Vec<&str> = regions.iter().map(|region| region.code).collect();
    assert!(codes.is_sorted() && codes.iter().collect::<BTreeSet<_>>().len() == codes.len());
    for dead in [
        "42", "45", "29", "46", "47720", "28110", "28140", "28170", "28260", "41730", "43710", "41195",
        "41197", "41199",
    ] {
        assert!(!codes.iter().any(|code| code.starts_with(dead)), "{dead}");
    }
    let sidos: Vec<&str> =
        regions.iter().filter(|region| region.level == Level::Sido).map(|region| region.path).collect();
    assert_eq!(
        sidos,
        [
            "서울특별시",
            "전남광주통합특별시",
            "부산광역시",
            "대구광역시",
            "인천광역시",
            "대전광역시",
            "울산광역시",
            "세종특별자치시",
            "경기도",
            "충청북도",
            "충청남도",
            "경상북도",
            "경상남도",
            "제주특별자치도",
            "강원특별자치도",
            "전북특별자치도",
        ]
    );
}

#[test]
fn everything_but_a_sido_hangs_below_its_parent() {
    let regions = Regions::embedded();
    let mut below: BTreeMap<&str, usize> = BTreeMap::new();
    for region in regions.iter() {
        let Some(parent) = regions.parent(region.code) else {
            assert_eq!(region.level, Level::Sido, "{region:?}");
            continue;
        };
        *below.entry(parent.code).or_default() += 1;
        assert!(parent.level <= region.level, "{region:?}");
        if region.code == "3611000000" {
            assert_eq!(region.path, parent.path);
        } else {
            assert_eq!(region.path, format!("{} {}", parent.path, region.name), "{region:?}");
        }
    }
    for (parent, count) in below {
        assert_eq!(regions.children(parent).len(), count, "{parent}");
    }
    // A 시군구 without a single 읍면동 would be a code that was left behind.
    for region in regions.iter().filter(|region| region.level == Level::Sigungu) {
        assert!(!regions.children(region.code).is_empty(), "{region:?}");
    }
}

#[test]
fn points_lie_in_the_country_and_near_their_parents() {
    let regions = Regions::embedded();
    let mut approximate = 0;
    for region in regions.iter() {
        assert!((32.5..39.0).contains(&region.lat) && (124.0..132.5).contains(&region.lon), "{region:?}");
        approximate += usize::from(region.approximate);
        if let Some(parent) = regions.parent(region.code).filter(|_| region.level >= Level::Eupmyeondong) {
            let km = regions.distance_km(region.code, parent.code).unwrap();
            // Islands lie far out.
            let strewn = ["옹진군", "신안군", "여수시", "제주시", "울릉군", "군산시"]
                .iter()
                .any(|county| region.path.contains(county));
            assert!(km < if strewn { 250.0 } else { 50.0 }, "{region:?} {km}");
        }
    }
    assert!((40..60).contains(&approximate), "{approximate}");
}

#[test]
fn every_old_code_of_the_reform_leads_where_the_official_list_says() {
    let regions = Regions::embedded();
    let mut empty = 0;
    for line in include_str!("../data/raw/kr_reform_2026_07_01.tsv").lines().skip(2) {
        let row: Vec<&str> = line.split('\t').collect();
        let found = regions.get(row[0]);
        if row[1].is_empty() {
            // 인천's old 구 and what was split: no successor is made up.
            assert_eq!(found, None, "{line}");
            empty += 1;
        } else {
            let found = found.unwrap();
            assert_eq!((found.code, found.path), (row[1], row[2]), "{line}");
        }
    }
    assert_eq!(empty, 7);
}

#[test]
fn every_raw_code_is_answered_or_known_to_be_split() {
    use std::io::Read;
    let regions = Regions::embedded();
    let mut text = String::new();
    flate2::read::GzDecoder::new(&include_bytes!("../data/raw/kr_legal_dong_points_raw.tsv.gz")[..])
        .read_to_string(&mut text)
        .unwrap();
    let lost: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.split('\t').next())
        .filter(|code| regions.get(code).is_none())
        .collect();
    let split = [
        "2729010300",
        "2811000000",
        "2814000000",
        "2826000000",
        "4122033030",
        "4159011800",
        "4159042000",
        "4159042021",
        "4161025000",
        "4173025000",
        "4173039024",
        "4371000000",
        "4483025000",
        "4715032029",
    ];
    assert_eq!(lost, BTreeSet::from(split));
}
