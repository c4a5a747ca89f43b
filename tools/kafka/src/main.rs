//! Runs a broker by hand: `kafka <directory>`, until Ctrl-C.

use anyhow::Context;
use kafka::{Kafka, Options};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "what the program says to whoever started it")]
async fn main() -> anyhow::Result<()> {
    let directory = std::env::args().nth(1).context("say where: kafka <directory>")?;
    let mut kafka = Kafka::start(Options::new(std::path::absolute(directory)?)).await?;
    println!("KAFKA_BROKERS={}", kafka.brokers());
    tokio::signal::ctrl_c().await?;
    kafka.stop().await
}
