//! The settings of a service's database: its address, the size of the pool, and where the password comes from.

use std::{fmt, path::PathBuf, str::FromStr};

use kernel::{aws, config::Env};

/// How to reach a service's database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/etc/ca.pem`.
    pub url: secrecy::SecretString,
    pub max_connections: usize,
    /// HTTP workers, each of which takes a share of the connections: [`Pool::take_share`](crate::Pool::take_share).
    pub workers: usize,
    pub password: Password,
}

impl Database {
    /// A database whose URL holds everything, and whose connections nobody has for himself.
    pub fn new(url: impl Into<secrecy::SecretString>, max_connections: usize) -> Self {
        Self { url: url.into(), max_connections, workers: 0, password: Password::Url }
    }

    /// The connections of each worker's share: a quarter and at least two stay with the rest. A pool too small to be
    /// shared stays whole.
    pub(crate) fn share(&self) -> usize {
        let Self { max_connections: all, workers, .. } = self;
        all.saturating_sub((all / 4).max(2)).checked_div(*workers).unwrap_or(0)
    }
}

/// Where the password of a new connection comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Password {
    /// The URL, if it has one.
    #[default]
    Url,
    /// A file, read again for each connection: a mounted secret is changed under a running program.
    File(PathBuf),
    /// An IAM token of RDS, signed again for each connection: it is good for 15 minutes.
    Iam,
}

impl Password {
    /// Reads `DOJOB_DATABASE_AUTH` and `DOJOB_<SERVICE>_DATABASE_PASSWORD_FILE`, where `service` is `CORE`.
    pub fn read(env: &Env, service: &str) -> Self {
        let auth = env.get(
            "DOJOB_DATABASE_AUTH",
            Auth::Password,
            "password, or iam for a token of RDS for each new connection",
        );
        let name = format!("DOJOB_{service}_DATABASE_PASSWORD_FILE");
        let file = env.find(&name, "the password in place of one in the URL; read for each new connection");
        match (auth, file) {
            (Auth::Password, None) => Self::Url,
            (Auth::Password, Some(file)) => Self::File(file),
            (Auth::Iam, file) => {
                if file.is_some() {
                    env.refuse(&name, "DOJOB_DATABASE_AUTH=iam needs no password");
                }
                Self::Iam
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Auth {
    Password,
    Iam,
}

impl FromStr for Auth {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "password" => Ok(Self::Password),
            "iam" => aws::Signer::new().map(|_| Self::Iam).map_err(|e| e.to_string()),
            _ => Err("expected one of: password, iam".to_owned()),
        }
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password => "password",
            Self::Iam => "iam",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_of_the_password_is_said() {
        let file = "DOJOB_CORE_DATABASE_PASSWORD_FILE";
        let read = |values: &[(&str, &str)]| {
            let env = Env::of(values);
            let password = Password::read(&env, "CORE");
            env.done().map(|()| password).map_err(|e| e.to_string())
        };
        assert_eq!(read(&[]), Ok(Password::Url));
        assert_eq!(read(&[(file, "/run/p")]), Ok(Password::File("/run/p".into())));
        assert!(
            read(&[("DOJOB_DATABASE_AUTH", "kerberos")])
                .unwrap_err()
                .contains("expected one of: password, iam")
        );
        let iam = read(&[("DOJOB_DATABASE_AUTH", "iam")]);
        if cfg!(feature = "aws") {
            assert_eq!(iam, Ok(Password::Iam));
            assert!(read(&[("DOJOB_DATABASE_AUTH", "iam"), (file, "/run/p")]).unwrap_err().contains(file));
        } else {
            assert!(iam.unwrap_err().contains("DOJOB_DATABASE_AUTH: this program was built without"));
        }
    }
}
