//! Tokens that AWS takes for a password: RDS (PostgreSQL) and MSK (Kafka). Both are presigned URLs that nobody calls.

use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::{Credentials, provider::ProvideCredentials};
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign},
    sign::v4,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use reqwest::Url;
use secrecy::SecretString;
use tokio::sync::{Mutex, OnceCell};

/// How long a token can be used to connect; connections live on. Neither RDS nor MSK allows more.
pub const LIFETIME: Duration = Duration::from_mins(15);
/// Credentials are asked for again this long before they end.
const MARGIN: Duration = Duration::from_mins(5);

/// Signs with the credentials that this process has on AWS: of the environment, a profile, IRSA, Pod Identity or the
/// instance, in the order of every AWS SDK. They are looked for at the first token and kept until shortly before
/// their end.
#[derive(Debug, Default)]
pub struct Signer {
    sdk: OnceCell<SdkConfig>,
    kept: Mutex<Option<Credentials>>,
}

/// A token and its end.
#[derive(Clone, Debug)]
pub struct Token {
    pub value: SecretString,
    pub expires_at: DateTime<Utc>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no AWS region: set AWS_REGION")]
    Region,
    #[error("AWS credentials: {0}")]
    Credentials(String),
    #[error("signing: {0}")]
    Sign(String),
}

impl Signer {
    /// A signer for this process.
    ///
    /// # Errors
    /// None here: see the same function of a program without the feature `aws`.
    pub fn new() -> Result<Self, Error> {
        Ok(Self::default())
    }

    /// The password of `user` for a connection to RDS at `host`, as its endpoint is called.
    ///
    /// # Errors
    /// There are no region or credentials.
    pub async fn rds_token(&self, host: &str, port: u16, user: &str) -> Result<SecretString, Error> {
        rds_token(&self.credentials().await?, host, port, user, &self.region().await?, now())
    }

    /// The token of SASL/OAUTHBEARER for Amazon MSK.
    ///
    /// # Errors
    /// There are no region or credentials.
    pub async fn msk_token(&self) -> Result<Token, Error> {
        msk_token(&self.credentials().await?, &self.region().await?, now())
    }

    async fn sdk(&self) -> &SdkConfig {
        self.sdk.get_or_init(|| aws_config::load_defaults(BehaviorVersion::latest())).await
    }

    async fn region(&self) -> Result<String, Error> {
        self.sdk().await.region().map(ToString::to_string).ok_or(Error::Region)
    }

    async fn credentials(&self) -> Result<Credentials, Error> {
        let provider = self
            .sdk()
            .await
            .credentials_provider()
            .ok_or_else(|| Error::Credentials("no provider".to_owned()))?;
        // Held while asking, so that many connections at once ask once.
        let mut kept = self.kept.lock().await;
        let fresh = |known: &&Credentials| known.expiry().is_some_and(|end| end > now() + MARGIN);
        if let Some(known) = kept.as_ref().filter(fresh) {
            return Ok(known.clone());
        }
        let new = provider
            .provide_credentials()
            .await
            .map_err(|e| Error::Credentials(format!("{:#}", anyhow::Error::new(e))))?;
        Ok(kept.insert(new).clone())
    }
}

/// Not the moved clock of development: AWS compares with its own.
fn now() -> SystemTime {
    SystemTime::now()
}

fn rds_token(
    credentials: &Credentials,
    host: &str,
    port: u16,
    user: &str,
    region: &str,
    at: SystemTime,
) -> Result<SecretString, Error> {
    let url = url(&format!("https://{host}:{port}/"), &[("Action", "connect"), ("DBUser", user)])?;
    let signed = presign(credentials, "rds-db", region, url, at)?;
    Ok(signed.strip_prefix("https://").unwrap_or(&signed).into())
}

fn msk_token(credentials: &Credentials, region: &str, at: SystemTime) -> Result<Token, Error> {
    let url = url(&format!("https://kafka.{region}.amazonaws.com/"), &[("Action", "kafka-cluster:Connect")])?;
    let mut signed = presign(credentials, "kafka-cluster", region, url, at)?;
    // Told to the broker for its logs, and not signed.
    signed.push_str(concat!("&User-Agent=dojob%2F", env!("CARGO_PKG_VERSION")));
    let expires_at = DateTime::from(at + LIFETIME);
    Ok(Token { value: BASE64_URL_SAFE_NO_PAD.encode(signed).into(), expires_at })
}

/// A `GET` of `url` signed by its query, good for [`LIFETIME`].
fn presign(
    credentials: &Credentials,
    service: &str,
    region: &str,
    mut url: Url,
    at: SystemTime,
) -> Result<String, Error> {
    let identity = credentials.clone().into();
    let mut settings = SigningSettings::default();
    settings.expires_in = Some(LIFETIME);
    settings.signature_location = SignatureLocation::QueryParams;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(at)
        .settings(settings)
        .build()
        .map_err(|e| Error::Sign(e.to_string()))?
        .into();
    let request = SignableRequest::new("GET", url.as_str(), std::iter::empty(), SignableBody::Bytes(&[]))
        .map_err(|e| Error::Sign(e.to_string()))?;
    let (signed, _) = sign(request, &params).map_err(|e| Error::Sign(e.to_string()))?.into_parts();
    url.query_pairs_mut().extend_pairs(signed.params());
    // Signatures are over %20; form encoding writes a space, and nothing else, as +.
    Ok(url.as_str().replace('+', "%20"))
}

fn url(base: &str, query: &[(&str, &str)]) -> Result<Url, Error> {
    Url::parse_with_params(base, query).map_err(|e| Error::Sign(e.to_string()))
}

/// Against what botocore 1.44.8 (`generate_db_auth_token`) and aws-msk-iam-sasl-signer-python 1.0.2 make of the same
/// credentials at the same time. The order of parameters is free: the signature is over the sorted ones.
#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use secrecy::ExposeSecret;

    use super::*;

    const REGION: &str = "ap-northeast-2";
    const SESSION: &str = "IQoJb3JpZ2luX2VjEXAMPLE+/token==";
    const SHARED: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260301T120000Z&X-Amz-Expires=900\
                          &X-Amz-SignedHeaders=host";
    const ENCODED_SESSION: &str = "&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLE%2B%2Ftoken%3D%3D";

    fn at() -> SystemTime {
        "2026-03-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap().into()
    }

    fn credentials(session: Option<&str>) -> Credentials {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        Credentials::new("AKIDEXAMPLE", secret, session.map(ToOwned::to_owned), None, "test")
    }

    fn parts(url: &str) -> (&str, BTreeMap<&str, &str>) {
        let (place, query) = url.split_once('?').unwrap();
        (place, query.split('&').map(|pair| pair.split_once('=').unwrap()).collect())
    }

    #[test]
    fn rds_tokens_are_those_of_botocore() {
        for (user, session, signature) in [
            ("dojob_core", None, "cbd101ab7b4a971c9d1804d526c1606156fce543dfbae21909d7e693e80f5256"),
            ("job seeker", None, "4508734a8d580a86afe8670e2024767b83f18aabd3348250171075aeb9cde923"),
            ("dojob_core", Some(SESSION), "d5dd57a873af09a5759ced82b05712939c28b131a1ec31af7996c56dc25e078d"),
            ("job seeker", Some(SESSION), "6a42bf2bc8f045769b2a49f170108867091f6797291133c0f1ef82c77ef2b7f0"),
        ] {
            let host = "db.example.ap-northeast-2.rds.amazonaws.com";
            let token = rds_token(&credentials(session), host, 5432, user, REGION, at()).unwrap();
            let (user, session) = (user.replace(' ', "%20"), session.map_or("", |_| ENCODED_SESSION));
            let expected = format!(
                "{host}:5432/?Action=connect&DBUser={user}&{SHARED}{session}&X-Amz-Signature={signature}\
                 &X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Fap-northeast-2%2Frds-db%2Faws4_request"
            );
            assert_eq!(parts(token.expose_secret()), parts(&expected));
        }
    }

    #[test]
    fn msk_tokens_are_those_of_the_python_signer() {
        for (session, signature) in [
            (None, "44f700cf6dfc9efad09f31250e612c8867b136e980709d111d51e1e244f5ad50"),
            (Some(SESSION), "7111a17186af130b1ba29a553200d1cfd710a7a6a7841fc2a151b71acc4a9603"),
        ] {
            let token = msk_token(&credentials(session), REGION, at()).unwrap();
            assert_eq!(token.expires_at.timestamp_millis(), 1_772_367_300_000);
            let url = BASE64_URL_SAFE_NO_PAD.decode(token.value.expose_secret()).unwrap();
            let session = session.map_or("", |_| ENCODED_SESSION);
            let expected = format!(
                "https://kafka.ap-northeast-2.amazonaws.com/?Action=kafka-cluster%3AConnect&{SHARED}{session}\
                 &X-Amz-Signature={signature}&User-Agent=dojob%2F{}\
                 &X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Fap-northeast-2%2Fkafka-cluster%2Faws4_request",
                env!("CARGO_PKG_VERSION")
            );
            assert_eq!(parts(std::str::from_utf8(&url).unwrap()), parts(&expected));
        }
    }
}
