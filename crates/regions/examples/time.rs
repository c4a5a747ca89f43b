//! How long parsing and searching take: `cargo run --release -p dojob-regions --example time`.

use std::hint::black_box;
use std::time::Instant;

use dojob_regions::Regions;

fn main() {
    let start = Instant::now();
    for _ in 0..20 {
        black_box(Regions::embedded());
    }
    eprintln!("parse, mean of 20: {:?}", start.elapsed() / 20);
    let start = Instant::now();
    let regions = Regions::embedded();
    eprintln!("parse {:?}, {} regions, {} KiB", start.elapsed(), regions.len(), regions.heap_bytes() / 1024);
    let queries = [
        "망원",
        "마포 망원",
        "강남 신사",
        "강나",
        "망워",
        "ㅁㅇㄷ",
        "ㅁㅍ",
        "ㅅ",
        "동",
        "중구",
        "신사동",
        "마포구망원동",
        "서울특별시마포구망원동",
        "광주 광산구",
        "인천 중구",
        "강원도 춘천",
        "없는이름",
        "서울 강남구 역삼동",
        "ㅅ ㅅ ㅅ ㅅ ㅅ ㅅ",
        "ㅅ ㄷ ㄱ",
        "산 산 산 산 산 산",
    ];
    for query in queries {
        let rounds = 2_000_u32;
        let start = Instant::now();
        for _ in 0..rounds {
            black_box(regions.search(black_box(query), 10));
        }
        eprintln!("{query}: {:?} {:?}", start.elapsed() / rounds, regions.search(query, 3));
    }
    let start = Instant::now();
    for _ in 0..1_000 {
        black_box(regions.nearest(37.5563, 126.9019, 5));
    }
    eprintln!("nearest 5: {:?}", start.elapsed() / 1_000);
    let start = Instant::now();
    for _ in 0..1_000 {
        black_box(regions.within_km("1144012300", 5.0));
    }
    eprintln!("within 5 km: {:?}", start.elapsed() / 1_000);
    let start = Instant::now();
    for _ in 0..100_000 {
        black_box(regions.get(black_box("2920010100")));
    }
    eprintln!("get by an old code: {:?}", start.elapsed() / 100_000);
}
