//! The cleaning recipe, in seven steps, on text in memory.
//!
//! 1. drop rows without a code and merge duplicates;
//! 2. 42→51 and 45→52;
//! 3. 군위군 to 대구;
//! 4. stale codes by the official list;
//! 5. the 구 of 부천;
//! 6. the reform of 2026-07-01;
//! 7. names with a lost space or a lost city.
//!
//! No code is made up: a code with no single successor stays without one and is kept as a name to
//! search for.

use std::collections::{BTreeMap, BTreeSet};

/// The date of the official list the codes agree with.
const VERSION: &str = "2026-07-29";
const ATTRIBUTION: &str = "국토교통부 국토지리정보원 공간정보공동활용(data.go.kr)";

/// 강원 and 전북 became 특별자치도, 군위군 moved to 대구: only these digits changed.
const PREFIXES: [(&str, &str); 3] = [("42", "51"), ("45", "52"), ("47720", "27720")];
/// 구 whose borders moved after the polygons were drawn; the 시도 follow from moved 시군구.
const REDRAWN: [&str; 6] = ["43111", "43113", "48121", "48123", "27", "47"];

/// The texts of `data/raw`.
pub struct Sources {
    pub points: String,
    pub reform: String,
    pub official: String,
    pub sido: String,
}

/// The two tables of `data`.
pub struct Tables {
    pub regions: String,
    pub aliases: String,
}

#[derive(Clone, Copy)]
struct Point {
    lat: f64,
    lon: f64,
    km2: f64,
}

/// Whose point it is: the own polygon's, the middle of the parts below, the nearest parent's.
#[derive(Clone, Copy)]
enum Flag {
    Own,
    Parts,
    Parent,
}

type Places = BTreeMap<String, (Point, Flag)>;

/// A region under the code it had before steps 2, 3, 5 and 6.
struct Old {
    path: String,
    points: Vec<Point>,
}

struct New {
    path: String,
    points: Vec<Point>,
}

struct Alias {
    path: String,
    code: Option<String>,
}

fn fields(line: &str) -> Vec<&str> {
    line.split('\t').map(str::trim).collect()
}

fn rows(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(fields)
}

fn at<'a>(row: &[&'a str], index: usize) -> Result<&'a str, String> {
    row.get(index).copied().ok_or_else(|| format!("a row is too short: {row:?}"))
}

fn digits(code: &str, count: usize) -> &str {
    code.get(..count).unwrap_or(code)
}

fn padded(prefix: &str) -> String {
    format!("{prefix:0<10}")
}

fn own(path: &str) -> &str {
    path.rsplit(' ').next().unwrap_or(path)
}

/// How many digits say something: 2 시도, 5 시군구, 8 읍면동, 10 리.
fn depth(code: &str) -> usize {
    [2, 5, 8].into_iter().find(|&count| code.bytes().skip(count).all(|digit| digit == b'0')).unwrap_or(10)
}

/// The code of the 시 above a 일반구, were there one.
fn city_code(code: &str) -> Option<String> {
    let sigungu = digits(code, 5);
    (!sigungu.ends_with('0')).then(|| padded(digits(sigungu, 4)))
}

fn parent_code(code: &str, is_city: impl Fn(&str) -> bool) -> Option<String> {
    match depth(code) {
        2 => None,
        5 => Some(city_code(code).filter(|city| is_city(city)).unwrap_or_else(|| padded(digits(code, 2)))),
        8 => Some(padded(digits(code, 5))),
        _ => Some(padded(digits(code, 8))),
    }
}

/// Step 7: the space between 시 and 구, no second "서울시", and the 시 above a 일반구.
fn mend(name: &str, sido: &str, city: Option<&str>) -> String {
    let mut parts: Vec<&str> = name.split_whitespace().skip(1).collect();
    if let Some(first) = parts.first().copied() {
        if first == "세종시" {
            parts.remove(0);
        } else if let Some((before, after)) = first.strip_suffix('구').and_then(|_| first.split_once('시'))
        {
            parts.remove(0);
            parts.insert(0, after);
            if city.is_some_and(|city| city.strip_suffix('시') == Some(before)) {
                parts.insert(0, first.strip_suffix(after).unwrap_or(first));
            }
        } else if let Some(city) = city.filter(|_| first.ends_with('구')) {
            parts.insert(0, city);
        }
    }
    parts.insert(0, sido);
    parts.join(" ")
}

fn mean(points: impl Iterator<Item = Point>) -> Option<Point> {
    let (mut lat, mut lon, mut weight, mut km2) = (0.0, 0.0, 0.0, 0.0);
    for point in points {
        // A polygon too small to have an area still counts.
        let share = point.km2.max(0.005);
        lat += point.lat * share;
        lon += point.lon * share;
        weight += share;
        km2 += point.km2;
    }
    (weight > 0.0).then(|| Point { lat: lat / weight, lon: lon / weight, km2 })
}

struct Cleaning {
    sido: BTreeMap<String, String>,
    reform: BTreeMap<String, (String, String)>,
    old: BTreeMap<String, Old>,
    /// Raw code, its name then, and the official code that took its place.
    stale: Vec<(String, String, String)>,
}

impl Cleaning {
    /// Steps 1, 4 and 7: every row under its official code and name.
    fn read(sources: &Sources) -> Result<Self, String> {
        let mut sido = BTreeMap::new();
        for row in rows(&sources.sido) {
            sido.insert(at(&row, 0)?.to_owned(), at(&row, 2)?.to_owned());
        }
        let mut reform = BTreeMap::new();
        for row in rows(&sources.reform) {
            reform.insert(at(&row, 0)?.to_owned(), (at(&row, 1)?.to_owned(), at(&row, 2)?.to_owned()));
        }
        let mut changes = BTreeMap::new();
        let mut unseen = Vec::new();
        for row in rows(&sources.official) {
            let (raw, code, name) = (at(&row, 0)?, at(&row, 1)?, at(&row, 2)?);
            if raw.is_empty() {
                unseen.push((code, name));
            } else {
                changes.insert(raw, (code, name));
            }
        }

        let mut cities: BTreeMap<String, String> = BTreeMap::new();
        let mut raw: BTreeMap<&str, (&str, Vec<Point>)> = BTreeMap::new();
        for line in sources.points.lines() {
            let row = fields(line);
            let (code, name) = (at(&row, 0)?, at(&row, 1)?);
            if code.is_empty() || name.is_empty() {
                continue;
            }
            let number = |index| -> Result<f64, String> {
                at(&row, index)?.parse().map_err(|error| format!("{code}: {error}"))
            };
            let point = Point { lat: number(2)?, lon: number(3)?, km2: number(4)? };
            raw.entry(code).or_insert((name, Vec::new())).1.push(point);
        }
        let sigungu = raw.iter().map(|(code, (name, _))| (*code, *name)).chain(unseen.iter().copied());
        for (code, name) in sigungu.filter(|(code, name)| depth(code) == 5 && name.ends_with('시')) {
            cities.insert(code.to_owned(), own(name).to_owned());
        }

        let mend_for = |code: &str, name: &str| -> Result<String, String> {
            let sido = sido.get(digits(code, 2)).ok_or_else(|| format!("no sido for {code}"))?;
            let city = city_code(code).and_then(|city| cities.get(&city));
            Ok(mend(name, sido, city.map(String::as_str)))
        };
        let mut old: BTreeMap<String, Old> = BTreeMap::new();
        let mut stale = Vec::new();
        for (code, (name, points)) in raw {
            // Duplicates are drawings of one polygon: mean of the places, not sum of the areas.
            let points = mean(points.iter().copied())
                .map(|point| {
                    let km2 = points.iter().map(|point| point.km2).fold(0.0, f64::max);
                    Point { km2, ..point }
                })
                .into_iter();
            let (official, official_name) = changes.get(code).copied().unwrap_or((code, name));
            if official != code {
                stale.push((code.to_owned(), mend_for(code, name)?, official.to_owned()));
            }
            if official.is_empty() {
                continue;
            }
            let path = mend_for(official, official_name)?;
            let entry = old.entry(official.to_owned()).or_insert(Old { path, points: Vec::new() });
            // A stale drawing says nothing about a place that has its own.
            if entry.points.is_empty() || official == code {
                entry.points = points.collect();
            }
        }
        for (code, name) in unseen {
            let path = mend_for(code, name)?;
            old.entry(code.to_owned()).or_insert(Old { path, points: Vec::new() });
        }
        Ok(Self { sido, reform, old, stale })
    }

    /// Steps 2, 3, 5 and 6: the code of today, or none; and the digits that were swapped.
    fn today(&self, code: &str) -> (Option<String>, Option<(String, String)>) {
        if let Some((new, _)) = self.reform.get(code).filter(|_| code.len() == 10 && !whole(code)) {
            return ((!new.is_empty()).then(|| new.clone()), None);
        }
        let sigungu = digits(code, 5);
        let swapped = self
            .reform
            .get(&padded(sigungu))
            .filter(|_| whole(code) && depth(code) >= 5)
            .map(|(new, _)| (sigungu.to_owned(), digits(new, 5).to_owned()))
            .or_else(|| {
                PREFIXES
                    .iter()
                    .find(|(old, _)| code.starts_with(old))
                    .map(|&(old, new)| (old.to_owned(), new.to_owned()))
            });
        if let Some((old, new)) = swapped {
            let rest = code.strip_prefix(&old).unwrap_or_default();
            return (Some(format!("{new}{rest}")), Some((old, new)));
        }
        match code {
            "2900000000" | "4600000000" => (Some(padded("12")), None),
            _ => (Some(code.to_owned()), None),
        }
    }
}

/// Whether the reform took the 시군구 of `code` over as a whole: 광주, 전남 and the 구 of 부천.
fn whole(code: &str) -> bool {
    let sigungu = digits(code, 5);
    ["29", "46"].contains(&digits(code, 2)) || ["41195", "41197", "41199"].contains(&sigungu)
}

/// All seven steps.
pub fn clean(sources: &Sources) -> Result<Tables, String> {
    let cleaning = Cleaning::read(sources)?;
    let mut aliases: BTreeMap<String, Alias> = BTreeMap::new();
    let mut prefixes: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut new: BTreeMap<String, New> = BTreeMap::new();
    let mut between = Vec::new();

    for (code, old) in &cleaning.old {
        // Between 2016 and 2024 부천 had no 구; those dongs are now found by their names.
        if code.starts_with("41190") && depth(code) == 8 {
            between.push((code, old));
            continue;
        }
        let (today, swapped) = cleaning.today(code);
        if let Some(target) = &today {
            let path = if let Some((_, name)) =
                cleaning.reform.get(code).filter(|(new, name)| new == target && !name.is_empty())
            {
                name.clone()
            } else if let Some((from, to)) = &swapped {
                let before = cleaning.old.get(&padded(from)).map(|old| old.path.as_str()).unwrap_or_default();
                let after = cleaning
                    .reform
                    .get(&padded(from))
                    .map(|(_, name)| name.clone())
                    .or_else(|| cleaning.sido.get(to).cloned())
                    .or_else(|| {
                        let sido = cleaning.sido.get(digits(to, 2))?;
                        Some(format!("{sido} {}", own(before)))
                    })
                    .ok_or_else(|| format!("no name for {to}"))?;
                prefixes.insert(from.clone(), (to.clone(), before.to_owned()));
                format!(
                    "{after}{}",
                    old.path.strip_prefix(before).ok_or_else(|| format!("{code} is not in {before}"))?
                )
            } else if depth(target) == 2 {
                cleaning.sido.get(digits(target, 2)).cloned().unwrap_or_else(|| old.path.clone())
            } else {
                old.path.clone()
            };
            let entry = new.entry(target.clone()).or_insert(New { path: path.clone(), points: Vec::new() });
            if entry.path != path {
                return Err(format!("{target} is {} and {path}", entry.path));
            }
            entry.points.extend(old.points.iter().copied());
        }
        if swapped.is_none() && today.as_ref() != Some(code) {
            aliases.insert(code.clone(), Alias { path: old.path.clone(), code: today });
        }
    }
    // The reform names 구 only through their dongs.
    let named: Vec<(String, String)> =
        new.iter().map(|(code, region)| (code.clone(), region.path.clone())).collect();
    for (code, path) in named {
        let up = padded(digits(&code, 5));
        if depth(&code) == 8 && !new.contains_key(&up) {
            let path = path.strip_suffix(own(&path)).unwrap_or_default().trim_end().to_owned();
            new.insert(up, New { path, points: Vec::new() });
        }
    }
    for (code, old) in between {
        let mut found = new.iter().filter(|(target, region)| {
            ["41192", "41194", "41196"].contains(&digits(target, 5)) && own(&region.path) == own(&old.path)
        });
        let (Some((target, _)), None) = (found.next(), found.next()) else {
            return Err(format!("{code} {} has no single successor", old.path));
        };
        aliases.insert(code.clone(), Alias { path: old.path.clone(), code: Some(target.clone()) });
    }
    for (raw, path, official) in &cleaning.stale {
        let today = if official.is_empty() { None } else { cleaning.today(official).0 };
        aliases.insert(raw.clone(), Alias { path: path.clone(), code: today });
    }

    // Old codes of the reform nobody else knows; their old names are not told.
    for (code, (target, _)) in &cleaning.reform {
        let known = cleaning.old.contains_key(code) || aliases.contains_key(code) || whole(code);
        if !known && !target.is_empty() {
            let alias = Alias { path: String::new(), code: Some(target.clone()) };
            aliases.insert(code.clone(), alias);
        }
    }

    let points = place(&new)?;
    check(&new)?;
    Ok(Tables {
        regions: print_regions(&new, &points),
        aliases: print_aliases(sources, &cleaning, &new, &aliases, &prefixes)?,
    })
}

/// A point for every region and whether it is a stand-in: the own polygon's, else the mean of the
/// parts below weighted by area, else the nearest parent's.
fn place(new: &BTreeMap<String, New>) -> Result<Places, String> {
    let mut placed: Places = BTreeMap::new();
    let mut below: BTreeMap<String, Vec<Point>> = BTreeMap::new();
    for wanted in [10, 8, 5, 2] {
        // A 일반구 comes before its 시: the 시 has the smaller code.
        for (code, region) in new.iter().rev().filter(|(code, _)| depth(code) == wanted) {
            let redrawn = REDRAWN.iter().any(|&prefix| padded(prefix) == *code);
            let parts = || below.get(code).and_then(|parts| mean(parts.iter().copied()));
            let found = match region.points.as_slice() {
                [one] if !redrawn => Some((*one, Flag::Own)),
                [] => parts().map(|point| (point, Flag::Parts)),
                _ if redrawn => parts().map(|point| (point, Flag::Parts)),
                several => mean(several.iter().copied()).map(|point| (point, Flag::Parts)),
            };
            if let Some((point, flag)) = found {
                placed.insert(code.clone(), (point, flag));
                if let Some(parent) = parent_code(code, |code| is_city(new, code)) {
                    below.entry(parent).or_default().push(point);
                }
            }
        }
    }
    for code in new.keys() {
        let mut up = code.clone();
        while !placed.contains_key(&up) {
            up = parent_code(&up, |code| is_city(new, code)).ok_or_else(|| format!("{code} has no place"))?;
        }
        let (point, _) = *placed.get(&up).ok_or("a place was lost")?;
        placed.entry(code.clone()).or_insert((point, Flag::Parent));
    }
    Ok(placed)
}

fn is_city(new: &BTreeMap<String, New>, code: &str) -> bool {
    new.get(code).is_some_and(|region| region.path.ends_with('시'))
}

/// What must hold before anything is written.
fn check(new: &BTreeMap<String, New>) -> Result<(), String> {
    for (code, region) in new {
        let path = &region.path;
        let Some(parent) = parent_code(code, |code| is_city(new, code)) else { continue };
        let above = new.get(&parent).ok_or_else(|| format!("{code} {path} has no parent {parent}"))?;
        let fits = path.strip_prefix(above.path.as_str()).is_some_and(|rest| {
            rest.strip_prefix(' ').is_some_and(|own| !own.is_empty() && !own.contains(' '))
                || (rest.is_empty() && digits(code, 2) == "36")
        });
        if !fits {
            return Err(format!("{code} {path} is not one step below {}", above.path));
        }
    }
    Ok(())
}

fn print_regions(new: &BTreeMap<String, New>, points: &Places) -> String {
    let mut lines = vec![format!("# version {VERSION}\n# attribution {ATTRIBUTION}\n")];
    for (code, region) in new {
        if let Some((point, flag)) = points.get(code) {
            let flag = match flag {
                Flag::Own => "",
                Flag::Parts => "~",
                Flag::Parent => "^",
            };
            lines.push(format!("{code}\t{}\t{:.5}\t{:.5}\t{flag}\n", region.path, point.lat, point.lon));
        }
    }
    lines.concat()
}

fn print_aliases(
    sources: &Sources,
    cleaning: &Cleaning,
    new: &BTreeMap<String, New>,
    aliases: &BTreeMap<String, Alias>,
    prefixes: &BTreeMap<String, (String, String)>,
) -> Result<String, String> {
    let mut lines = vec![format!(
        "# version {VERSION}\n# S code short also: what people call a sido\n# P old new name: digits swapped, the name then\n# C old new name see: one code; no new code: look at `see`\n"
    )];
    for row in rows(&sources.sido) {
        lines.push(format!("S\t{}\t{}\t{}\t{}\n", at(&row, 0)?, at(&row, 2)?, at(&row, 3)?, at(&row, 4)?));
    }
    for (old, (to, name)) in prefixes {
        lines.push(format!("P\t{old}\t{to}\t{name}\n"));
    }
    for (old, alias) in aliases {
        match &alias.code {
            Some(code) if new.contains_key(code) => {
                lines.push(format!("C\t{old}\t{code}\t{}\t\n", alias.path));
            }
            Some(code) => return Err(format!("{old} leads to {code}, which is not there")),
            // 파산동 lost its own name in the raw file.
            None if new.values().any(|region| region.path == alias.path) => {}
            None => {
                let see = successors(cleaning, new, aliases, old);
                lines.push(format!("C\t{old}\t\t{}\t{}\n", alias.path, see.join(" ")));
            }
        }
    }
    Ok(lines.concat())
}

/// Where to look for a code without a successor: where its parts went, at its own level while
/// these are at most four and else one level up; without parts, what is left around it.
fn successors(
    cleaning: &Cleaning,
    new: &BTreeMap<String, New>,
    aliases: &BTreeMap<String, Alias>,
    old: &str,
) -> Vec<String> {
    let level = depth(old);
    let lift = |code: &str, level: usize| padded(digits(code, level));
    let parts: BTreeSet<&String> = aliases
        .iter()
        .filter(|(code, _)| level < 10 && code.starts_with(digits(old, level)))
        .filter_map(|(_, alias)| alias.code.as_ref())
        .collect();
    let mut see: BTreeSet<String> = parts.iter().map(|code| lift(code, level)).collect();
    if see.len() > 4 {
        see = parts.iter().map(|code| lift(code, 5)).collect();
    }
    let mut up = old.to_owned();
    while see.is_empty() {
        let city = |code: &str| cleaning.old.get(code).is_some_and(|old| old.path.ends_with('시'));
        let Some(parent) = parent_code(&up, city) else { break };
        // What stood around a stale code may itself be stale.
        let today = match aliases.get(&parent) {
            Some(alias) => alias.code.clone(),
            None => cleaning.today(&parent).0,
        };
        see.extend(today.filter(|code| new.contains_key(code)));
        up = parent;
    }
    see.into_iter().filter(|code| new.contains_key(code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glued_city_and_district_come_apart() {
        assert_eq!(
            mend("경기도 수원시장안구 파장동", "경기도", Some("수원시")),
            "경기도 수원시 장안구 파장동"
        );
        assert_eq!(
            mend("경상남도 창원시마산합포구", "경상남도", Some("창원시")),
            "경상남도 창원시 마산합포구"
        );
    }

    #[test]
    fn a_doubled_seoul_goes_and_a_lost_city_comes_back() {
        assert_eq!(mend("서울특별시 서울시성북구 정릉동", "서울특별시", None), "서울특별시 성북구 정릉동");
        assert_eq!(mend("경기도 처인구 역북동", "경기도", Some("용인시")), "경기도 용인시 처인구 역북동");
        assert_eq!(
            mend("경기도 용인시 처인구 모현읍", "경기도", Some("용인시")),
            "경기도 용인시 처인구 모현읍"
        );
        assert_eq!(mend("경기도 시흥시 정왕동", "경기도", None), "경기도 시흥시 정왕동");
    }

    #[test]
    fn the_mean_leans_to_the_larger_part() {
        let point = |lat, km2| Point { lat, lon: 127.0, km2 };
        let middle = mean([point(30.0, 3.0), point(34.0, 1.0)].into_iter()).map(|point| point.lat);
        assert_eq!(middle, Some(31.0));
        assert!(mean(std::iter::empty()).is_none());
    }
}
