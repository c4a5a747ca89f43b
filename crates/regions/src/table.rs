//! The table parsed once: one string and arrays of places in it.

use std::cmp::Ordering;
use std::fmt;
use std::io::Read;
use std::sync::{Arc, LazyLock};

use serde::Serialize;

use crate::index::{Entry, Index, narrow, wide};

const REGIONS: &[u8] = include_bytes!("../data/regions.tsv.gz");
const ALIASES: &[u8] = include_bytes!("../data/aliases.tsv.gz");

const CODE_LEN: usize = 10;
const EARTH_RADIUS_KM: f64 = 6371.0088;
const KM_PER_DEGREE: f64 = 111.195;

/// Where in the tree a region stands. A 일반구 ("수원시 장안구") is a 시군구 below a 시군구.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Sido,
    Sigungu,
    Eupmyeondong,
    Ri,
}

/// One legal region, borrowed from [`Regions`].
#[derive(Clone, Copy, PartialEq, Serialize)]
pub struct Region<'a> {
    /// Ten digits, in force today.
    pub code: &'a str,
    /// The own last part: "망원동".
    pub name: &'a str,
    /// "서울특별시 마포구 망원동".
    pub path: &'a str,
    pub level: Level,
    pub lat: f64,
    pub lon: f64,
    /// The point is a stand-in: the middle of the parts or the nearest parent's.
    pub approximate: bool,
    #[serde(skip)]
    sido: &'a str,
}

impl fmt::Debug for Region<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.path)
    }
}

impl Region<'_> {
    /// Where it lies, in short: "서울 마포구". Empty for a 시도. Show it with the name, 591 of the
    /// 동 names are not unique.
    pub fn parent_path(&self) -> String {
        let Some(above) = self.path.strip_suffix(self.name).map(str::trim_end) else {
            return String::new();
        };
        match above.split_once(' ') {
            Some((_, rest)) => format!("{} {rest}", self.sido),
            None if above.is_empty() => String::new(),
            None => self.sido.to_owned(),
        }
    }

    /// The whole name with the 시도 in short: "서울 마포구 망원동".
    pub fn short_path(&self) -> String {
        match self.path.split_once(' ') {
            Some((_, rest)) => format!("{} {rest}", self.sido),
            None => self.sido.to_owned(),
        }
    }
}

/// A region and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Near<'a> {
    pub region: Region<'a>,
    pub km: f64,
}

#[derive(Clone, Copy)]
struct Row {
    /// Where the line starts in the text; the code is its first ten bytes.
    start: u32,
    path_len: u8,
    name_len: u8,
    level: Level,
    flag: Flag,
    /// Which swap of digits brought the code here.
    swap: u8,
    parent: u16,
    /// In hundred-thousandths of a degree, as in the table.
    lat: i32,
    lon: i32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flag {
    Own,
    Parts,
    Parent,
}

const NONE: u16 = u16::MAX;
const NO_SWAP: u8 = u8::MAX;

/// What a sido is or was called.
pub(crate) struct Sido {
    /// Two digits; of a former sido its old ones.
    pub digits: String,
    pub name: String,
    pub short: String,
    pub also: String,
}

impl Sido {
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [self.name.as_str(), &self.short, &self.also].into_iter().filter(|name| !name.is_empty())
    }
}

/// Digits that were swapped for a whole sido or 시군구, which had `name` before.
struct Swap {
    old: String,
    new: String,
    name: String,
}

/// One code that is no more.
pub(crate) struct Former {
    code: u64,
    /// No single successor: found by name only.
    successor: u16,
    path_start: u32,
    path_len: u8,
}

/// All legal regions (법정동) of the country. Cheap to ask, some megabytes to hold: parse it once
/// and share it.
pub struct Regions {
    text: String,
    codes: Vec<u64>,
    rows: Vec<Row>,
    aliases: String,
    pub(crate) sidos: Vec<Sido>,
    swaps: Vec<Swap>,
    /// By old code.
    pub(crate) formers: Vec<Former>,
    index: Index,
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    #[expect(clippy::expect_used, reason = "compiled in; every test of this crate reads it")]
    flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).expect("the embedded tables are whole");
    text
}

/// "37.56484" as 3756484: the table writes five places.
fn hundred_thousandths(text: &str) -> i32 {
    text.bytes().filter(u8::is_ascii_digit).fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'))
}

fn number(code: &str) -> Option<u64> {
    (code.len() == CODE_LEN && code.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| code.parse().ok())
        .flatten()
}

fn level_of(code: u64) -> Level {
    match code {
        _ if code.is_multiple_of(100_000_000) => Level::Sido,
        _ if code.is_multiple_of(100_000) => Level::Sigungu,
        _ if code.is_multiple_of(100) => Level::Eupmyeondong,
        _ => Level::Ri,
    }
}

impl Default for Regions {
    fn default() -> Self {
        Self::embedded()
    }
}

impl Regions {
    /// The table the program carries, parsed by the first who asks and shared by all others of the process.
    pub fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Regions>> = LazyLock::new(|| Arc::new(Regions::embedded()));
        SHARED.clone()
    }

    /// Parses the table the program carries, into a value of one's own. Takes milliseconds.
    pub fn embedded() -> Self {
        let mut regions = Self {
            text: gunzip(REGIONS),
            codes: Vec::with_capacity(20_600),
            rows: Vec::with_capacity(20_600),
            aliases: gunzip(ALIASES),
            sidos: Vec::new(),
            swaps: Vec::new(),
            formers: Vec::with_capacity(1_400),
            index: Index::default(),
        };
        regions.read_rows();
        let see = regions.read_aliases();
        regions.read_swaps();
        regions.index = Index::of(regions.names(&see));
        regions
    }

    /// Every name, today's and former ones, and the region that bears it; `see` leads former codes to the regions
    /// that they became.
    fn names(&self, see: &[(usize, usize)]) -> Vec<(&str, Entry)> {
        let mut names = Vec::with_capacity(24_000);
        let mut add = |name, region: usize, via: usize| {
            let is_ri = self.level_at(region) == Level::Ri;
            names.push((name, Entry { region: narrow(region), via: narrow(via), is_ri }));
        };
        for region in 0..self.len() {
            // 세종 is its own 시군구; once is enough.
            let doubled =
                self.parent_at(region).is_some_and(|above| self.path_at(above) == self.path_at(region));
            if !doubled {
                add(self.name_at(region), region, 0);
            }
        }
        for (nth, sido) in self.sidos.iter().enumerate() {
            let region = self.sido_index(&sido.digits);
            for name in sido.names().skip(usize::from(!self.is_former(sido))) {
                if let Some(region) = region {
                    add(name, region, nth + 1);
                }
            }
        }
        let codes = self.sidos.len() + 1;
        for (nth, former) in self.formers.iter().enumerate() {
            let path = self.former_path(former);
            let name = path.rsplit(' ').next().unwrap_or(path);
            // A sido's former names are above; a code without a known name has no space either.
            if let Some(region) = Self::successor(former).filter(|_| path.contains(' ')) {
                add(name, region, codes + nth);
            }
        }
        for &(nth, region) in see {
            if let Some(former) = self.formers.get(nth) {
                let path = self.former_path(former);
                add(path.rsplit(' ').next().unwrap_or(path), region, codes + nth);
            }
        }
        names
    }

    pub(crate) fn is_former(&self, sido: &Sido) -> bool {
        self.get_exact(&sido.digits).is_none()
    }

    fn get_exact(&self, digits: &str) -> Option<Region<'_>> {
        let code = format!("{digits:0<10}");
        self.get(&code).filter(|region| region.code == code)
    }

    fn sido_index(&self, digits: &str) -> Option<usize> {
        self.resolve(&format!("{digits:0<10}"))
    }

    fn read_rows(&mut self) {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let here = start;
            start += line.len();
            let mut fields = line.trim_end_matches('\n').split('\t');
            let (Some(code), Some(path), Some(lat), Some(lon), Some(flag)) =
                (fields.next().and_then(number), fields.next(), fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let level = level_of(code);
            let up = match level {
                Level::Sido => None,
                Level::Sigungu => {
                    // The 시 above a 일반구 has the same code but for the fifth digit.
                    let city = code / 1_000_000 * 1_000_000;
                    self.codes
                        .binary_search(&city)
                        .ok()
                        .filter(|&found| {
                            let above = self.path_at(found);
                            city != code
                                && above.ends_with('시')
                                && above.contains(' ')
                                && path.starts_with(above)
                        })
                        .or_else(|| {
                            let sido = code / 100_000_000 * 100_000_000;
                            self.codes.binary_search(&sido).ok()
                        })
                }
                Level::Eupmyeondong => self.codes.binary_search(&(code / 100_000 * 100_000)).ok(),
                Level::Ri => self.codes.binary_search(&(code / 100 * 100)).ok(),
            };
            self.codes.push(code);
            self.rows.push(Row {
                start: narrow(here),
                path_len: narrow(path.len()),
                name_len: narrow(path.rsplit(' ').next().unwrap_or(path).len()),
                level,
                flag: match flag {
                    "" => Flag::Own,
                    "~" => Flag::Parts,
                    _ => Flag::Parent,
                },
                swap: NO_SWAP,
                parent: up.and_then(|up| u16::try_from(up).ok()).unwrap_or(NONE),
                lat: hundred_thousandths(lat),
                lon: hundred_thousandths(lon),
            });
        }
    }

    /// Also returns the regions to show for a name without a successor.
    fn read_aliases(&mut self) -> Vec<(usize, usize)> {
        let mut see = Vec::new();
        let mut start = 0;
        for line in self.aliases.split_inclusive('\n') {
            let here = start;
            start += line.len();
            let mut fields = line.trim_end_matches('\n').split('\t');
            let mut next = || fields.next().unwrap_or_default();
            let (kind, old) = (next(), next());
            match kind {
                "S" => self.sidos.push(Sido {
                    digits: old.to_owned(),
                    name: next().to_owned(),
                    short: next().to_owned(),
                    also: next().to_owned(),
                }),
                "P" => self.swaps.push(Swap {
                    old: old.to_owned(),
                    new: next().to_owned(),
                    name: next().to_owned(),
                }),
                "C" => {
                    let (new, path) = (next(), next());
                    let successor = number(new).and_then(|new| self.codes.binary_search(&new).ok());
                    see.extend(
                        next()
                            .split_whitespace()
                            .filter_map(number)
                            .filter_map(|code| self.codes.binary_search(&code).ok())
                            .map(|region| (self.formers.len(), region)),
                    );
                    self.formers.push(Former {
                        code: number(old).unwrap_or_default(),
                        successor: successor.and_then(|found| u16::try_from(found).ok()).unwrap_or(NONE),
                        path_start: narrow(here + kind.len() + old.len() + new.len() + 3),
                        path_len: narrow(path.len()),
                    });
                }
                _ => {}
            }
        }
        // The longer prefix decides: 47720 before 47.
        self.swaps.sort_by_key(|swap| std::cmp::Reverse(swap.old.len()));
        see
    }

    fn header(&self, key: &str) -> &str {
        self.text
            .lines()
            .map_while(|line| line.strip_prefix("# "))
            .find_map(|line| line.strip_prefix(key))
            .map(str::trim)
            .unwrap_or_default()
    }

    /// The date of the official list the codes agree with. Store it beside a stored code.
    pub fn dataset_version(&self) -> &str {
        self.header("version")
    }

    /// Whom to name wherever points are shown: the licence asks for it.
    pub fn attribution(&self) -> &str {
        self.header("attribution")
    }

    /// How many regions there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every region, by code.
    pub fn iter(&self) -> impl Iterator<Item = Region<'_>> {
        (0..self.rows.len()).filter_map(|index| self.region(index))
    }

    pub(crate) fn path_at(&self, index: usize) -> &str {
        self.rows
            .get(index)
            .and_then(|row| {
                let start = wide(row.start) + CODE_LEN + 1;
                self.text.get(start..start + usize::from(row.path_len))
            })
            .unwrap_or_default()
    }

    pub(crate) fn name_at(&self, index: usize) -> &str {
        let path = self.path_at(index);
        self.rows
            .get(index)
            .and_then(|row| path.get(path.len().checked_sub(usize::from(row.name_len))?..))
            .unwrap_or_default()
    }

    pub(crate) fn level_at(&self, index: usize) -> Level {
        self.rows.get(index).map_or(Level::Ri, |row| row.level)
    }

    pub(crate) fn parent_at(&self, index: usize) -> Option<usize> {
        let parent = self.rows.get(index)?.parent;
        (parent != NONE).then(|| usize::from(parent))
    }

    pub(crate) fn region(&self, index: usize) -> Option<Region<'_>> {
        let row = self.rows.get(index)?;
        let start = wide(row.start);
        let code = self.text.get(start..start + CODE_LEN)?;
        let path = self.path_at(index);
        Some(Region {
            code,
            name: self.name_at(index),
            path,
            level: row.level,
            lat: f64::from(row.lat) / 100_000.0,
            lon: f64::from(row.lon) / 100_000.0,
            approximate: row.flag != Flag::Own,
            sido: self.short_sido(code, path),
        })
    }

    fn short_sido<'a>(&'a self, code: &str, path: &'a str) -> &'a str {
        self.sidos
            .iter()
            .find(|sido| code.starts_with(&sido.digits))
            .map_or_else(|| path.split(' ').next().unwrap_or_default(), |sido| &sido.short)
    }

    pub(crate) fn former_path(&self, former: &Former) -> &str {
        let start = wide(former.path_start);
        self.aliases.get(start..start + usize::from(former.path_len)).unwrap_or_default()
    }

    pub(crate) fn successor(former: &Former) -> Option<usize> {
        (former.successor != NONE).then(|| usize::from(former.successor))
    }

    /// The sido of `index` before a whole 시군구 or sido changed its digits.
    pub(crate) fn sido_before(&self, index: usize) -> Option<&Sido> {
        let swap = self.swap_into(index)?;
        self.sidos.iter().find(|sido| swap.old.starts_with(&sido.digits))
    }

    fn swap_into(&self, index: usize) -> Option<&Swap> {
        self.swaps.get(usize::from(self.rows.get(index)?.swap))
    }

    /// What lies below a swapped 시도 or 시군구 was swapped with it.
    fn read_swaps(&mut self) {
        for index in 0..self.rows.len() {
            let own = match self.level_at(index) {
                Level::Sido | Level::Sigungu => self.region(index).and_then(|region| {
                    self.swaps.iter().position(|swap| {
                        region
                            .code
                            .strip_prefix(&swap.new)
                            .is_some_and(|rest| rest.bytes().all(|byte| byte == b'0'))
                    })
                }),
                Level::Eupmyeondong | Level::Ri => None,
            };
            let above = self.parent_at(index).and_then(|up| self.rows.get(up)).map(|row| row.swap);
            if let Some(row) = self.rows.get_mut(index) {
                row.swap = own.and_then(|own| u8::try_from(own).ok()).or(above).unwrap_or(NO_SWAP);
            }
        }
    }

    /// The path of `index` before a whole 시군구 or sido changed its digits.
    pub(crate) fn path_before(&self, index: usize) -> Option<String> {
        let swap = self.swap_into(index)?;
        let top = self.find(&format!("{:0<10}", swap.new))?;
        let rest = self.path_at(index).strip_prefix(self.path_at(top))?;
        Some(format!("{}{rest}", swap.name))
    }

    fn find(&self, code: &str) -> Option<usize> {
        let code = number(code)?;
        self.codes.binary_search(&code).ok()
    }

    pub(crate) fn resolve(&self, code: &str) -> Option<usize> {
        if let Some(found) = self.find(code) {
            return Some(found);
        }
        let digits = number(code)?;
        let former = |digits: u64| {
            let at = self.formers.binary_search_by_key(&digits, |former| former.code).ok()?;
            self.formers.get(at).map(Self::successor)
        };
        if let Some(successor) = former(digits) {
            return successor;
        }
        let swap = self.swaps.iter().find(|swap| code.starts_with(&swap.old))?;
        let swapped = format!("{}{}", swap.new, code.get(swap.old.len()..)?);
        self.find(&swapped)
    }

    /// The region with this code, or the one that took its place: old codes are answered with the
    /// region of today. A code that was split has no answer, see [`search`](Self::search).
    pub fn get(&self, code: &str) -> Option<Region<'_>> {
        self.region(self.resolve(code)?)
    }

    /// The region directly above; none above a 시도.
    pub fn parent(&self, code: &str) -> Option<Region<'_>> {
        self.region(self.parent_at(self.resolve(code)?)?)
    }

    pub(crate) fn above(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.parent_at(index), |&index| self.parent_at(index))
    }

    /// All regions above, 시도 first.
    pub fn parents(&self, code: &str) -> Vec<Region<'_>> {
        let Some(index) = self.resolve(code) else {
            return Vec::new();
        };
        let mut parents: Vec<_> = self.above(index).filter_map(|up| self.region(up)).collect();
        parents.reverse();
        parents
    }

    /// The codes of all regions above, 시도 first.
    pub fn ancestors(&self, code: &str) -> Vec<&str> {
        self.parents(code).iter().map(|region| region.code).collect()
    }

    /// The regions directly below, by code.
    pub fn children(&self, code: &str) -> Vec<Region<'_>> {
        let Some(index) = self.resolve(code) else {
            return Vec::new();
        };
        // Codes are sorted, so all that is below lies together behind it.
        let sido = self.codes.get(index).map_or(0, |code| code / 100_000_000);
        (index + 1..self.rows.len())
            .take_while(|&below| self.codes.get(below).is_some_and(|code| code / 100_000_000 == sido))
            .filter(|&below| self.parent_at(below) == Some(index))
            .filter_map(|below| self.region(below))
            .collect()
    }

    /// Whether `code` is `ancestor` or lies below it.
    pub fn is_within(&self, code: &str, ancestor: &str) -> bool {
        match (self.resolve(code), self.resolve(ancestor)) {
            (Some(index), Some(ancestor)) => index == ancestor || self.above(index).any(|up| up == ancestor),
            _ => false,
        }
    }

    fn point(row: &Row) -> (f64, f64) {
        (f64::from(row.lat) / 100_000.0, f64::from(row.lon) / 100_000.0)
    }

    /// 읍면동 in the box of `km` around a point, with their distances, nearest first.
    fn around(&self, lat: f64, lon: f64, km: f64, keep: impl Fn(&Row) -> bool) -> Vec<Near<'_>> {
        let lat_degrees = km / KM_PER_DEGREE * 1.001;
        // Meridians come together towards the pole; the far edge of the box has the fewest km.
        let edge = (lat.abs() + lat_degrees).min(89.0).to_radians().cos();
        let lon_degrees = lat_degrees / edge;
        let mut near: Vec<Near<'_>> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.level == Level::Eupmyeondong && keep(row))
            .filter_map(|(index, row)| {
                let (to_lat, to_lon) = Self::point(row);
                if (to_lat - lat).abs() > lat_degrees || (to_lon - lon).abs() > lon_degrees {
                    return None;
                }
                let distance = haversine_km(lat, lon, to_lat, to_lon);
                (distance <= km).then_some(())?;
                Some(Near { region: self.region(index)?, km: distance })
            })
            .collect();
        near.sort_by(|a, b| {
            a.km.partial_cmp(&b.km).unwrap_or(Ordering::Equal).then_with(|| a.region.code.cmp(b.region.code))
        });
        near
    }

    /// The `n` 읍면동 whose points are nearest. A 읍면동 that borrows its parent's point is left out:
    /// it would claim what lies around that point.
    pub fn nearest(&self, lat: f64, lon: f64, n: usize) -> Vec<Near<'_>> {
        if n == 0 || !lat.is_finite() || !lon.is_finite() {
            return Vec::new();
        }
        let mut km = 4.0;
        loop {
            let mut near = self.around(lat, lon, km, |row| row.flag != Flag::Parent);
            if near.len() >= n || km > 21_000.0 {
                near.truncate(n);
                return near;
            }
            km *= 4.0;
        }
    }

    /// The distance of two regions' points on the sphere.
    pub fn distance_km(&self, a: &str, b: &str) -> Option<f64> {
        let row = |code| self.rows.get(self.resolve(code)?);
        let ((lat, lon), (to_lat, to_lon)) = (Self::point(row(a)?), Self::point(row(b)?));
        Some(haversine_km(lat, lon, to_lat, to_lon))
    }

    /// The 읍면동 whose points lie at most `km` from that of `code`, nearest first; includes
    /// `code` itself when it is one.
    pub fn within_km(&self, code: &str, km: f64) -> Vec<Near<'_>> {
        let Some(row) = self.resolve(code).and_then(|index| self.rows.get(index)) else {
            return Vec::new();
        };
        let (lat, lon) = Self::point(row);
        self.around(lat, lon, km, |_| true)
    }

    pub(crate) fn table_bytes(&self) -> usize {
        self.text.capacity()
            + self.aliases.capacity()
            + self.codes.capacity() * size_of::<u64>()
            + self.rows.capacity() * size_of::<Row>()
            + self.formers.capacity() * size_of::<Former>()
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }
}

/// The distance of two points on the sphere.
fn haversine_km(lat: f64, lon: f64, to_lat: f64, to_lon: f64) -> f64 {
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let chord = half(lat, to_lat) + lat.to_radians().cos() * to_lat.to_radians().cos() * half(lon, to_lon);
    2.0 * EARTH_RADIUS_KM * chord.sqrt().min(1.0).asin()
}
