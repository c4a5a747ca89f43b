//! `kafka <directory>`: runs a broker by hand.

use std::path::PathBuf;

use clap::Parser;
use kafka::{Kafka, Options};

/// Runs a broker until Ctrl-C.
#[derive(Parser)]
#[command(name = "kafka")]
struct Arguments {
    /// Where it keeps its data; made when absent.
    directory: PathBuf,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the program reports to the terminal")]
async fn main() -> anyhow::Result<()> {
    let Arguments { directory } = Arguments::parse();
    let mut kafka = Kafka::start(Options::new(std::path::absolute(directory)?)).await?;
    println!("KAFKA_BROKERS={}", kafka.brokers());
    tokio::signal::ctrl_c().await?;
    kafka.stop().await
}
