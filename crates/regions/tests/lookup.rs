//! Codes, the tree, distances.

use dojob_regions::{Level, Regions};

const MANGWON: &str = "1144012300";

#[test]
fn a_region_knows_its_names_and_its_place() {
    let regions = Regions::embedded();
    let region = regions.get(MANGWON).unwrap();
    assert_eq!(region.name, "망원동");
    assert_eq!(region.path, "서울특별시 마포구 망원동");
    assert_eq!(region.parent_path(), "서울 마포구");
    assert_eq!(region.short_path(), "서울 마포구 망원동");
    assert_eq!(region.level, Level::Eupmyeondong);
    assert!(!region.approximate);
    assert!((region.lat - 37.556).abs() < 0.01 && (region.lon - 126.902).abs() < 0.01);
    assert_eq!(regions.get("1100000000").unwrap().parent_path(), "");
    assert_eq!(regions.get("4111113000").unwrap().parent_path(), "경기 수원시 장안구");
    assert_eq!(regions.dataset_version(), "2026-07-29");
    assert_eq!(regions.attribution(), "국토교통부 국토지리정보원 공간정보공동활용(data.go.kr)");
}

#[test]
fn what_is_no_code_is_no_region() {
    let regions = Regions::embedded();
    for code in
        ["", "1", "9999999999", "114401230", "11440123000", "망원동망원동망원동", "114401230a", "+114401230"]
    {
        assert_eq!(regions.get(code), None, "{code}");
        assert!(regions.children(code).is_empty() && regions.parents(code).is_empty());
        assert!(regions.within_km(code, 5.0).is_empty());
        assert!(!regions.is_within(code, "1100000000"));
    }
}

#[test]
fn the_tree_goes_from_sido_to_ri() {
    let regions = Regions::embedded();
    let ri = "4159125621";
    assert_eq!(regions.get(ri).unwrap().level, Level::Ri);
    assert_eq!(regions.ancestors(ri), ["4100000000", "4159000000", "4159100000", "4159125600"]);
    let names: Vec<&str> = regions.parents(ri).iter().map(|region| region.name).collect();
    assert_eq!(names, ["경기도", "화성시", "만세구", "남양읍"]);
    let districts: Vec<&str> = regions.children("4159000000").iter().map(|region| region.name).collect();
    assert_eq!(districts, ["만세구", "효행구", "병점구", "동탄구"]);
    assert!(regions.is_within(ri, "4159000000") && regions.is_within(ri, ri));
    assert!(!regions.is_within("4159000000", ri));
    assert!(!regions.is_within(MANGWON, "4100000000"));
    assert!(regions.is_within("2920010100", "2900000000"), "old codes count on both sides");
    assert_eq!(regions.children("3600000000").len(), 1);
}

#[test]
fn old_codes_are_answered_with_the_region_of_today() {
    let regions = Regions::embedded();
    for (old, path) in [
        ("2811014500", "인천광역시 영종구 중산동"),
        ("2811010100", "인천광역시 제물포구 중앙동1가"),
        ("2814010600", "인천광역시 제물포구 금곡동"),
        ("2826011800", "인천광역시 검단구 금곡동"),
        ("2826012200", "인천광역시 서해구 청라동"),
        ("2817010500", "인천광역시 미추홀구 도화동"),
        ("4159010100", "경기도 화성시 만세구 남양읍 남양리"),
        ("4159042025", "경기도 화성시 동탄구 영천동"),
        ("2920010100", "전남광주통합특별시 광산구 송정동"),
        ("2900000000", "전남광주통합특별시"),
        ("4600000000", "전남광주통합특별시"),
        ("4611010100", "전남광주통합특별시 목포시 용당동"),
        ("4679039000", "전남광주통합특별시 화순군 백아면"),
        ("4200000000", "강원특별자치도"),
        ("4211000000", "강원특별자치도 춘천시"),
        ("4275031000", "강원특별자치도 영월군 산솔면"),
        ("4511113600", "전북특별자치도 전주시 완산구 용복동"),
        ("4772025000", "대구광역시 군위군 군위읍"),
        ("4772037000", "대구광역시 군위군 삼국유사면"),
        ("4119510100", "경기도 부천시 원미구 원미동"),
        ("4119010100", "경기도 부천시 원미구 원미동"),
        ("4371025300", "충청북도 청주시 청원구 오창읍"),
        ("4483025021", "충청남도 당진시 읍내동"),
    ] {
        assert_eq!(regions.get(old).map(|region| region.path), Some(path), "{old}");
    }
    assert!(regions.get("2826012200").unwrap().approximate);
    assert_eq!(regions.get("2811000000"), None, "중구 went to two 구");
}

#[test]
fn distances_are_those_of_the_map() {
    let regions = Regions::embedded();
    // Seoul to Busan city hall is about 325 km as the crow flies.
    let km = regions.distance_km("1114010300", "2611010100").unwrap();
    assert!((310.0..335.0).contains(&km), "{km}");
    assert_eq!(regions.distance_km(MANGWON, MANGWON), Some(0.0));
    assert_eq!(regions.distance_km(MANGWON, "0"), None);
}

#[test]
fn the_nearest_are_nearest_first() {
    let regions = Regions::embedded();
    let near = regions.nearest(37.5563, 126.9019, 5);
    assert_eq!(near.len(), 5);
    assert_eq!(near[0].region.code, MANGWON);
    assert!(near.is_sorted_by(|a, b| a.km <= b.km));
    assert!(near.iter().all(|near| near.region.level == Level::Eupmyeondong));
    assert_eq!(regions.nearest(37.5, 131.0, 1)[0].region.parent_path(), "경북 울릉군");
    assert!(regions.nearest(f64::NAN, 127.0, 3).is_empty() && regions.nearest(37.0, 127.0, 0).is_empty());
    assert_eq!(regions.nearest(-40.0, -60.0, 2).len(), 2, "from anywhere");
}

#[test]
fn a_circle_holds_what_a_plain_scan_finds() {
    let regions = Regions::embedded();
    for (code, km) in [(MANGWON, 3.0), ("5011010100", 20.0), ("5119010100", 12.5), ("1144000000", 5.0)] {
        let mut plain: Vec<&str> = regions
            .iter()
            .filter(|region| region.level == Level::Eupmyeondong)
            .filter(|region| regions.distance_km(code, region.code).unwrap() <= km)
            .map(|region| region.code)
            .collect();
        let near = regions.within_km(code, km);
        assert!(near.is_sorted_by(|a, b| a.km <= b.km));
        let mut found: Vec<&str> = near.iter().map(|near| near.region.code).collect();
        plain.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, plain);
        assert!(!found.is_empty());
    }
}

#[test]
fn it_stays_small() {
    let bytes = Regions::embedded().heap_bytes();
    assert!(bytes < 6 << 20, "{bytes}");
}
