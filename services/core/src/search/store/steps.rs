//! Taking a walk: the keys of what fits, a page at a time.

use chrono::TimeDelta;
use common::db::prepared;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::walk::{BEHIND_ALL, Hit, ONLINE_KM, Walk};

/// The first `n` of several walks together.
pub(super) fn merge(walks: Vec<Vec<Hit>>, n: usize) -> Vec<Hit> {
    let mut all: Vec<Hit> = walks.into_iter().flatten().collect();
    all.sort_by(|a, b| {
        let ((a_k, a_at, a_id), (b_k, b_at, b_id)) = (a.sort_key(), b.sort_key());
        a_k.total_cmp(&b_k).then(b_at.cmp(&a_at)).then(b_id.cmp(&a_id))
    });
    all.truncate(n);
    all
}

/// The newest of everywhere.
pub(in crate::search) async fn newest(c: &mut AsyncPgConnection, walk: Walk<'_>) -> QueryResult<Vec<Hit>> {
    let mut hits: Vec<Hit> = prepared(walk.newest("")).load(c).await?;
    hits.truncate(walk.n);
    Ok(hits)
}

/// The newest that are online or at one of `codes`.
pub(in crate::search) async fn newest_at(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    codes: &[&str],
) -> QueryResult<Vec<Hit>> {
    let mut recent: Vec<Hit> = prepared(walk.recent("", codes.to_vec())).load(c).await?;
    if recent.len() >= walk.n {
        recent.truncate(walk.n);
        return Ok(recent);
    }
    // Few of the last thousands are here: then there are few here at all, and each 동 can be asked.
    let dongs: Vec<_> = codes.iter().map(|code| (*code, 0.0)).collect();
    let near = prepared(walk.by_dong("", &dongs)).load(c).await?;
    let online = prepared(walk.online("", walk.after.map(|key| (key.at(), key.id)))).load(c).await?;
    Ok(merge(vec![near, online], walk.n))
}

/// Those at `dongs` (nearest first), by distance. `k` is the distance in km.
pub(in crate::search) async fn near(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    dongs: &[(&str, f64)],
) -> QueryResult<Vec<Hit>> {
    let from = walk.after.map_or(-1.0, |key| key.k());
    let mut left =
        dongs.split_at_checked(dongs.partition_point(|(_, km)| *km < from)).map_or(dongs, |(_, rest)| rest);
    let (mut found, mut step) = (Vec::new(), 4);
    while !left.is_empty() && found.len() < walk.n {
        // 동 at the same distance are asked together: within it the newest come first.
        let mut end = step.min(left.len());
        let edge = end.checked_sub(1).and_then(|last| left.get(last)).map_or(f64::MAX, |(_, km)| *km);
        end += left.iter().skip(end).take_while(|(_, km)| *km <= edge).count();
        let (now, rest) = left.split_at_checked(end).unwrap_or((left, &[]));
        let n = walk.n - found.len();
        found.extend(prepared(Walk { n, ..walk }.by_dong("", now)).load::<Hit>(c).await?);
        (left, step) = (rest, step * 4);
    }
    found.truncate(walk.n);
    Ok(found)
}

/// Online ones behind every place, the newest first.
pub(in crate::search) async fn online_behind(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
) -> QueryResult<Vec<Hit>> {
    let from = walk.after.filter(|key| key.k() >= BEHIND_ALL).map(|key| (key.at(), key.id));
    let hits: Vec<Hit> = prepared(walk.online("", from)).load(c).await?;
    Ok(hits.into_iter().take(walk.n).map(|hit| Hit { k: BEHIND_ALL, ..hit }).collect())
}

/// Those at `dongs` by distance, mixed with online ones by age.
pub(in crate::search) async fn near_and_online(
    c: &mut AsyncPgConnection,
    walk: Walk<'_>,
    dongs: &[(&str, f64)],
) -> QueryResult<Vec<Hit>> {
    let near = near(c, walk, dongs).await?;
    let aged = |hit: Hit| {
        let days = (walk.as_of - hit.published_at).as_seconds_f64() / 86_400.0;
        Hit { k: ONLINE_KM + days, ..hit }
    };
    // From a moment a little before the key on; what lies behind the key already is dropped.
    let mut from = walk.after.filter(|key| key.k() > ONLINE_KM).map(|key| {
        let days = TimeDelta::microseconds(micros((key.k() - ONLINE_KM) * 86_400.0));
        (walk.as_of - days + TimeDelta::milliseconds(1), Uuid::max())
    });
    let passed = |hit: &Hit| {
        walk.after.is_some_and(|key| {
            let (k, at, id) = hit.sort_key();
            k < key.k() || (k.to_bits() == key.k && (at, id) >= (key.at, key.id))
        })
    };
    let mut online = Vec::new();
    while online.len() < walk.n {
        let read: Vec<Hit> = prepared(walk.online("", from)).load(c).await?;
        from = read.last().map(|hit| (hit.published_at, hit.id));
        let ended = read.len() < walk.n;
        online.extend(read.into_iter().map(aged).filter(|hit| !passed(hit)));
        if ended {
            break;
        }
    }
    Ok(merge(vec![near, online], walk.n))
}

/// Whole microseconds of a number of seconds.
fn micros(seconds: f64) -> i64 {
    std::time::Duration::try_from_secs_f64(seconds)
        .ok()
        .and_then(|d| i64::try_from(d.as_micros()).ok())
        .unwrap_or(0)
}
