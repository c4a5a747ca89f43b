//! How to reach Apache Kafka.

use std::{path::PathBuf, str::FromStr};

use kernel::{aws, config::Env};
use secrecy::SecretString;

/// Settings of the Kafka client.
#[derive(Clone, Debug)]
pub struct Broker {
    /// `host:port`, several separated by commas.
    pub brokers: String,
    pub security: Security,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    /// PEM file of the authority that signed the brokers' certificates; the system's own ones without it.
    pub ca_file: Option<PathBuf>,
    /// Whether the brokers speak TLS; SCRAM without it is for a private network.
    pub tls: bool,
    pub protocol: GroupProtocol,
    /// Copies of each partition that `migrate` asks for.
    pub replication: i32,
}

/// How a client proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Plaintext,
    /// SCRAM-SHA-512 with a user name and a password.
    Scram,
    /// AWS IAM through SASL/OAUTHBEARER, always over TLS; only in a program with the feature `aws`.
    MskIam,
}

/// How consumers of a group share the partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupProtocol {
    /// KIP-848, Kafka 4 and newer: the broker decides, and nobody stops while it does.
    Consumer,
    /// For brokers that do not know it.
    Classic,
}

impl FromStr for Security {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "plaintext" => Ok(Self::Plaintext),
            "scram" => Ok(Self::Scram),
            "msk_iam" => aws::Signer::new().map(|_| Self::MskIam).map_err(|e| e.to_string()),
            _ => Err("expected one of: plaintext, scram, msk_iam".to_owned()),
        }
    }
}

impl FromStr for GroupProtocol {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "consumer" => Ok(Self::Consumer),
            "classic" => Ok(Self::Classic),
            _ => Err("expected one of: consumer, classic"),
        }
    }
}

impl Broker {
    /// Plaintext, the new group protocol, one copy: a broker on this machine.
    pub fn local(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            security: Security::Plaintext,
            username: None,
            password: None,
            ca_file: None,
            tls: false,
            protocol: GroupProtocol::Consumer,
            replication: 1,
        }
    }

    /// Reads the settings. What is missing is remembered for [`Env::done`].
    pub fn from_env(env: &Env) -> Self {
        let brokers = env.required("KAFKA_BROKERS", "Apache Kafka, host:port, several separated by commas");
        let security = env.word("KAFKA_SECURITY", "plaintext", "plaintext, scram or msk_iam");
        let username = env.find("KAFKA_USERNAME", "SCRAM user");
        let password = env.find::<String>("KAFKA_PASSWORD", "SCRAM password");
        if security == Some(Security::Scram) {
            env.refuse_unset("KAFKA_USERNAME", username.is_some(), "KAFKA_SECURITY is scram");
            env.refuse_unset("KAFKA_PASSWORD", password.is_some(), "KAFKA_SECURITY is scram");
        }
        Self {
            brokers: brokers.unwrap_or_default(),
            security: security.unwrap_or(Security::Plaintext),
            username,
            password: password.map(Into::into),
            ca_file: env.find("KAFKA_CA_FILE", "PEM file of the authority of the brokers' certificates"),
            tls: env.flag(
                "KAFKA_TLS",
                security != Some(Security::Plaintext),
                "whether the brokers speak TLS",
            ),
            protocol: env
                .word("KAFKA_GROUP_PROTOCOL", "consumer", "consumer (Kafka 4) or classic")
                .unwrap_or(GroupProtocol::Consumer),
            replication: env.get("KAFKA_REPLICATION", 3, "copies of each partition; one broker: 1"),
        }
    }
}
