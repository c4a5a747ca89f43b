//! Two sockets that have become one.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    time::{Instant, timeout_at},
};

/// Carries bytes both ways until both sides have ended, one breaks, or neither has said anything for `idle`.
pub async fn tunnel(
    client: impl AsyncRead + AsyncWrite,
    target: impl AsyncRead + AsyncWrite,
    idle: Duration,
) -> io::Result<()> {
    let (client_says, to_client) = split(client);
    let (target_says, to_target) = split(target);
    let spoke = Mutex::new(Instant::now());
    tokio::try_join!(
        carry(client_says, to_target, idle, &spoke),
        carry(target_says, to_client, idle, &spoke)
    )?;
    Ok(())
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    idle: Duration,
    spoke: &Mutex<Instant>,
) -> io::Result<()> {
    let last = || *spoke.lock().unwrap_or_else(PoisonError::into_inner);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = match timeout_at(last() + idle, from.read(&mut buffer)).await {
            Ok(count) => count?,
            Err(_) if last().elapsed() >= idle => return Err(io::ErrorKind::TimedOut.into()),
            // The other side has spoken meanwhile.
            Err(_) => continue,
        };
        *spoke.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        match buffer.get(..count) {
            None | Some([]) => return to.shutdown().await,
            Some(bytes) => to.write_all(bytes).await?,
        }
        to.flush().await?;
    }
}
