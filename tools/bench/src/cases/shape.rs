//! How long it takes to come up, how much memory it then holds, and how large it is on disk.

use std::time::Duration;

use crate::{
    cpu,
    numbers::{float, median},
    report::Row,
    stage::Stage,
};

const STARTS: usize = 9;

/// Leaves dojob running, freshly started.
///
/// # Errors
/// dojob does not come up.
pub async fn run(stage: &mut Stage, talent: &str) -> anyhow::Result<Vec<Row>> {
    let megabytes = |bytes: u64| float(bytes / 1024) / 1024.0;
    let worked = megabytes(cpu::pss(stage.dojob()));
    let (mut starts, mut used) = (Vec::new(), Vec::new());
    let path = format!("/api/core/talents/{talent}");
    for _ in 0..STARTS {
        stage.stop().await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        starts.push(stage.start(&path).await?.as_secs_f64() * 1e3);
        let mut life = cpu::Meter::start(&[]);
        life.add(stage.dojob());
        used.push(life.spent().as_secs_f64() * 1e3);
    }
    let (least, most) = starts.iter().fold((f64::MAX, 0.0_f64), |(l, m), s| (l.min(*s), m.max(*s)));
    let (start, used) = (median(starts), median(used));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let idle = megabytes(cpu::pss(stage.dojob()));
    let size = megabytes(std::fs::metadata(stage.program())?.len());
    let row = |number, claim: &str, ours, goal, held, note| Row {
        number,
        claim: claim.to_owned(),
        ours,
        floor: "–".to_owned(),
        ratio: None,
        goal,
        held: Some(held),
        note,
    };
    Ok(vec![
        row(
            "8",
            "start to the first 200 (a talent from the database)",
            format!("{start:.0} ms"),
            "≤ 40 ms",
            start <= 40.0,
            format!(
                "median of {STARTS} ({least:.0}–{most:.0}); {used:.0} ms of it on a core; databases migrated"
            ),
        ),
        row(
            "9",
            "four services in one process, idle",
            format!("{idle:.1} MB PSS"),
            "≤ 40 MB",
            idle <= 40.0,
            format!("after all loads above: {worked:.1} MB"),
        ),
        row(
            "10",
            "the program on disk, without the web",
            format!("{size:.1} MB"),
            "≤ 20 MB",
            size <= 20.0,
            String::new(),
        ),
    ])
}
