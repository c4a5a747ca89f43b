//! A connection to a database whose rows are read as text, whatever their types.

use anyhow::Context;
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// It ends with its owner.
pub struct Database {
    client: Client,
    _connection: JoinSet<()>,
}

impl Database {
    /// # Errors
    /// The database is unavailable.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        let mut task = JoinSet::new();
        task.spawn(async move { drop(connection.await) });
        Ok(Self { client, _connection: task })
    }

    /// Rows of a query; absent values are empty.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn rows<const N: usize>(&self, sql: &str) -> anyhow::Result<Vec<[String; N]>> {
        let row = |message| match message {
            SimpleQueryMessage::Row(row) => {
                Some(std::array::from_fn(|i| row.try_get(i).ok().flatten().unwrap_or_default().to_owned()))
            }
            _ => None,
        };
        let answer = self.client.simple_query(sql).await.with_context(|| sql.to_owned())?;
        Ok(answer.into_iter().filter_map(row).collect())
    }

    /// The first row of a query.
    ///
    /// # Errors
    /// There is none.
    pub async fn row<const N: usize>(&self, sql: &str) -> anyhow::Result<[String; N]> {
        self.rows(sql).await?.into_iter().next().with_context(|| format!("no row: {sql}"))
    }

    /// Runs statements; how many rows they touched.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn run(&self, sql: &str) -> anyhow::Result<u64> {
        let touched = |message: &SimpleQueryMessage| match message {
            SimpleQueryMessage::CommandComplete(rows) => *rows,
            _ => 0,
        };
        let answer = self.client.simple_query(sql).await.with_context(|| sql.to_owned())?;
        Ok(answer.iter().map(touched).sum())
    }
}
