//! Makes `data/regions.tsv.gz` and `data/aliases.tsv.gz` from `data/raw`.
//!
//! `regions-clean` writes both tables, `regions-clean --check` fails unless the committed ones say
//! the same. The rules are in [`clean`]; this file only reads and writes.

mod clean;

use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clean::{Sources, Tables};

type Fallible<T> = Result<T, Box<dyn Error>>;

fn gunzip(path: &Path) -> Fallible<String> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(path)?).read_to_string(&mut text)?;
    Ok(text)
}

fn gzip(path: &Path, text: &str) -> Fallible<()> {
    // No name and no time in the header: the same table is the same file.
    let mut out = flate2::GzBuilder::new().write(File::create(path)?, flate2::Compression::best());
    out.write_all(text.as_bytes())?;
    out.finish()?;
    Ok(())
}

fn main() -> Fallible<()> {
    let check = std::env::args().any(|argument| argument == "--check");
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data");
    let raw = data.join("raw");
    let Tables { regions, aliases } = clean::clean(&Sources {
        points: gunzip(&raw.join("kr_legal_dong_points_raw.tsv.gz"))?,
        reform: std::fs::read_to_string(raw.join("kr_reform_2026_07_01.tsv"))?,
        official: std::fs::read_to_string(raw.join("official_changes.tsv"))?,
        sido: std::fs::read_to_string(raw.join("sido_names.tsv"))?,
    })?;
    for (name, text) in [("regions.tsv.gz", regions), ("aliases.tsv.gz", aliases)] {
        let path = data.join(name);
        if check && gunzip(&path)? != text {
            return Err(format!("{name} is stale: run regions-clean and commit it").into());
        }
        if !check {
            gzip(&path, &text)?;
        }
        eprintln!("{name}: {} lines", text.lines().count());
    }
    Ok(())
}
