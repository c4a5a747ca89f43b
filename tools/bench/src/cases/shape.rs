//! How long it takes to come up, what it then holds and does while nobody asks, and how large it is on disk.

use std::time::{Duration, Instant};

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
    tokio::time::sleep(Duration::from_secs(3)).await;
    let (mut meter, since) = (cpu::Meter::start(&[stage.dojob()]), Instant::now());
    tokio::time::sleep(Duration::from_secs(if crate::stage::quick() { 5 } else { 20 })).await;
    let rests = meter.spent().as_secs_f64() / since.elapsed().as_secs_f64() * 100.0;
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
    let mut rows = vec![
        row(
            "8",
            "dojob, start to the first 200 (a talent from the database)",
            format!("{start:.0} ms"),
            "≤ 70 ms",
            start <= 70.0,
            format!(
                "median of {STARTS} ({least:.0}–{most:.0}); {used:.0} ms of it on a core; databases migrated"
            ),
        ),
        row(
            "8c",
            "dojob, CPU while nobody asks",
            format!("{rests:.2} % of a core"),
            "≤ 0.5 %",
            rests <= 0.5,
            String::new(),
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
    ];
    // Built with a client of Kafka and with the cluster; the client looks for a broker, the start does not wait for one.
    let core = stage.program().with_file_name("core");
    if cfg!(feature = "kafka") && !crate::stage::quick() && core.is_file() {
        stage.stop().await?;
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            starts.push(stage.start_core(&core, &path).await?.as_secs_f64() * 1e3);
            stage.stop().await?;
        }
        let (start, size) = (median(starts), megabytes(std::fs::metadata(&core)?.len()));
        let note = format!("median of {STARTS}; the program with its Kafka client: {size:.1} MB");
        let claim = "core as a process of its own, start to the first 200";
        rows.push(row("8b", claim, format!("{start:.0} ms"), "≤ 40 ms", start <= 40.0, note));
    }
    Ok(rows)
}
