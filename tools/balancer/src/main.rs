//! Runs a balancer by hand: `balancer <table.json> [port] [control port]`, until Ctrl-C.

use std::{net::TcpListener, time::Duration};

use anyhow::Context;
use balancer::{Balancer, Table};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "what the program prints for the one who started it")]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().context("say what to serve: balancer <table.json> [port] [control port]")?;
    let text = std::fs::read_to_string(&file).with_context(|| format!("{file} cannot be read"))?;
    let table: Table = serde_json::from_str(&text).with_context(|| format!("{file} is no table"))?;
    let mut listener = |default: &str| {
        let port = arguments.next().unwrap_or_else(|| default.to_owned());
        let port: u16 = port.parse().with_context(|| format!("{port} is no port"))?;
        TcpListener::bind(("127.0.0.1", port)).with_context(|| format!("port {port} is taken"))
    };
    let balancer = Balancer::start(listener("8080")?, Some(listener("8079")?), table)?;
    println!("http://{}, control {:?}", balancer.address, balancer.control);
    tokio::signal::ctrl_c().await?;
    balancer.stop(Duration::from_secs(5)).await;
    Ok(())
}
