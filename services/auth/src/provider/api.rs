//! The providers that are offered.

use super::{client::Client, domain::Provider, settings::ProviderSettings};

/// All registrations. Which one is asked for is always in the path, so that no provider's answer is taken for another's.
#[derive(Debug)]
pub(crate) struct Providers(Vec<Client>);

impl Providers {
    /// # Errors
    /// An address cannot be read, or no HTTP client can be made.
    pub fn new(registered: Vec<(Provider, ProviderSettings)>, pages: &str) -> anyhow::Result<Self> {
        let clients = registered.into_iter().map(|(provider, s)| Client::new(provider, s, pages));
        Ok(Self(clients.collect::<anyhow::Result<_>>()?))
    }

    pub fn find(&self, provider: Provider) -> Option<&Client> {
        self.0.iter().find(|client| client.provider() == provider)
    }

    /// Whose issuer this is, if it is offered.
    pub fn of_issuer(&self, issuer: &str) -> Option<Provider> {
        self.0.iter().find(|client| client.issuer() == issuer).map(Client::provider)
    }

    pub fn offered(&self) -> impl Iterator<Item = Provider> {
        self.0.iter().map(Client::provider)
    }
}
