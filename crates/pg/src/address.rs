//! Where a database is, and how its server proves who it is: read from a database URL.

use std::{mem, net::IpAddr, path::PathBuf, str::FromStr};

use tokio_postgres::config::{Config, Host, SslMode};

/// A database URL that was understood.
#[derive(Debug)]
pub(crate) struct Address {
    pub config: Config,
    pub tls: Tls,
}

/// `sslmode`. There is nothing between the two: a mode that does not verify the server protects from nobody who can
/// stand in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    Disable,
    /// TLS, with a certificate for this host by one of these authorities; the machine's own ones without a file.
    VerifyFull {
        roots: Option<PathBuf>,
    },
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("expected postgres://user:password@host:5432/database?sslmode=…")]
    Form,
    #[error("write the @ in a user name or password as %40")]
    At,
    #[error("sslmode: expected one of: verify-full, disable")]
    Mode,
    #[error("sslmode is missing: verify-full, or disable where the network itself can be trusted")]
    NoMode,
    #[error("sslrootcert is for sslmode=verify-full")]
    UnusedRoots,
    #[error("a Unix socket has no TLS: leave sslmode out")]
    Socket,
    #[error("{0}")]
    Other(String),
}

impl FromStr for Address {
    type Err = Unusable;

    /// Errors do not repeat the text: a password may be anywhere in it.
    fn from_str(url: &str) -> Result<Self, Unusable> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Unusable::Form);
        }
        // As tokio-postgres and libpq read it: credentials end at the first @ and may hold anything before.
        let (credentials, place) = url.split_at(url.find('@').map_or(0, |at| at + 1));
        if place.contains('@') {
            return Err(Unusable::At);
        }
        let (place, query) = place.split_once('?').unwrap_or((place, ""));
        let (mut mode, mut roots, mut others) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            // tokio-postgres knows neither verify-full nor a file of authorities.
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => roots = Some(decoded(value)?),
                _ => others.push(pair),
            }
        }
        let rest = format!("{credentials}{place}?{}", others.join("&"));
        let mut config: Config = rest.parse().map_err(|e| Unusable::Other(crate::error::chain(&e)))?;
        let tls = match mode {
            Some("verify-full") => Tls::VerifyFull { roots: roots.take() },
            Some("disable") => Tls::Disable,
            Some(_) => return Err(Unusable::Mode),
            None if stays_here(&config) => Tls::Disable,
            None => return Err(Unusable::NoMode),
        };
        if roots.is_some() {
            return Err(Unusable::UnusedRoots);
        }
        let socket = |host: &Host| matches!(host, Host::Unix(_));
        if tls != Tls::Disable && config.get_hosts().iter().any(socket) {
            return Err(Unusable::Socket);
        }
        config.ssl_mode(if tls == Tls::Disable { SslMode::Disable } else { SslMode::Require });
        Ok(Self { config, tls })
    }
}

/// What is sent does not leave this machine.
fn stays_here(config: &Config) -> bool {
    let local = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
    };
    config.get_hosts().iter().all(local) && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

fn decoded(value: &str) -> Result<PathBuf, Unusable> {
    let mut pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(&format!("v={}", value.replace('+', "%2B")))
            .map_err(|e| Unusable::Other(e.to_string()))?;
    let text = pairs.first_mut().map(|(_, value)| mem::take(value)).unwrap_or_default();
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(url: &str) -> Result<Tls, String> {
        url.parse::<Address>().map(|address| address.tls).map_err(|e| e.to_string())
    }

    #[test]
    fn the_way_to_the_server_is_said_or_stays_on_this_machine() {
        for here in ["localhost", "127.0.0.1", "[::1]:5433", "%2Frun%2Fpostgresql", "localhost,127.0.0.2"] {
            assert_eq!(tls(&format!("postgres://u:p@{here}/d")), Ok(Tls::Disable), "{here}");
        }
        assert_eq!(tls("postgres:///d?host=/run/postgresql"), Ok(Tls::Disable));
        for remote in ["db", "10.0.0.1", "localhost,db", "localhost.example"] {
            let words = tls(&format!("postgres://u:p@{remote}/d")).unwrap_err();
            assert!(words.contains("sslmode is missing"), "{remote}: {words}");
        }
        assert!(tls("postgres://u:p@localhost/d?hostaddr=10.0.0.1").is_err());
        assert_eq!(tls("postgres://u:p@db/d?sslmode=disable"), Ok(Tls::Disable));
    }

    #[test]
    fn the_server_is_verified_or_not_asked_at_all() {
        let url = "postgresql://u:p@db/d?connect_timeout=3&sslmode=verify-full";
        assert_eq!(tls(url), Ok(Tls::VerifyFull { roots: None }));
        let roots = Some("/etc/ca s+.pem".into());
        assert_eq!(tls(&format!("{url}&sslrootcert=%2Fetc/ca%20s+.pem")), Ok(Tls::VerifyFull { roots }));
        let address: Address = url.parse().unwrap();
        assert_eq!(address.config.get_ssl_mode(), SslMode::Require);
        for half in ["prefer", "require", "allow", "verify-ca", ""] {
            let words = tls(&format!("postgres://u:p@db/d?sslmode={half}")).unwrap_err();
            assert!(words.contains("expected one of: verify-full, disable"), "{words}");
        }
        assert!(tls("postgres://u:p@db/d?sslmode=disable&sslrootcert=a").is_err());
        assert!(tls("postgres://u:p@%2Frun/d?sslmode=verify-full").unwrap_err().contains("Unix socket"));
    }

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        for url in [
            "hunter2",
            "host=db password=hunter2",
            "postgres://u:x@hunter2@db/d",
            "postgres://u:x@db/d?sslmode=hunter2",
            "postgres://u:x@db:hunter2/d",
            "postgres://u:x@db/d?port=hunter2&sslmode=disable",
        ] {
            let words = tls(url).unwrap_err();
            assert!(!words.contains("hunter2"), "{words}");
        }
        let address: Address = "postgres://u:a?sslmode=b/c%40@localhost/d".parse().unwrap();
        assert_eq!(address.config.get_password(), Some(&b"a?sslmode=b/c@"[..]));
        assert_eq!(address.tls, Tls::Disable);
    }
}
