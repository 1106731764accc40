//! Connections to vendors' accounts: keeping them, and opening them for a run.

mod given;

use std::sync::Arc;

use domain::{
    Act, Actor, AuditAction, Clock, ConnectionSlug, ConnectionStatus, Owner, ProviderConnection,
    ProviderSlug, Secret,
};
use serde_json::{Map, Value};
use store::{ConnectionRepository, ConnectionWithSecrets};
use url::Url;
use vault::{Vault, VaultError};

use crate::EngineError;
use crate::live::{Account, Exits, check_hosts};

use given::{masked, take_secrets};

/// Secrets that are sealed anew at a time.
const BATCH: u32 = 100;
/// Characters of an address.
const URL_MAX: usize = 2_048;

/// A connection as somebody gives it.
#[derive(Debug, Clone, Default)]
pub struct GivenConnection {
    /// The vendor; the connection's own slug where none is given.
    pub provider: Option<ProviderSlug>,
    /// Only whether it is switched off counts.
    pub status: Option<ConnectionStatus>,
    /// Where the vendor's API begins.
    pub base_url: String,
    /// Where the vendor sends its webhooks.
    pub webhook_url: String,
    /// Hosts besides that of `base_url` that scripts may call.
    pub allow_hosts: Vec<String>,
    /// The credential, or its first half. None keeps the one that is there.
    pub api_key: Option<Secret>,
    /// The second half. None keeps the one that is there.
    pub api_secret: Option<Secret>,
    /// What else the account needs. Texts under the names of secrets are secrets, and the mask of one
    /// keeps the one that is there.
    pub config: Map<String, Value>,
}

/// A connection as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownConnection {
    /// The connection, with masks in the place of secret settings.
    pub connection: ProviderConnection,
    /// Whether it has a key.
    pub has_api_key: bool,
    /// Whether it has a second half of the credential.
    pub has_api_secret: bool,
}

/// What sealing everything anew came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Secrets that are now sealed with the current key.
    pub resealed: u64,
    /// Those that cannot be opened: whose connection, and which.
    pub unreadable: Vec<String>,
}

/// The use cases of connections. Each owner sees its own alone.
pub struct Connections {
    repository: Arc<dyn ConnectionRepository>,
    vault: Vault,
    exits: Exits,
    clock: Arc<dyn Clock>,
}

impl Connections {
    /// Seals secrets in `vault`; `exits` says which hosts may be called.
    #[must_use]
    pub fn new(
        connections: Arc<dyn ConnectionRepository>,
        vault: Vault,
        exits: Exits,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { repository: connections, vault, exits, clock }
    }

    /// Adds or replaces a connection.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] when an address may not be called, or when a secret is to be kept that
    /// is not there or would go to another host; [`EngineError::Vault`] when there is no key to seal a
    /// secret with.
    pub async fn put(
        &self,
        owner: &Owner,
        slug: ConnectionSlug,
        given: GivenConnection,
    ) -> Result<KnownConnection, EngineError> {
        let provider = match given.provider {
            Some(provider) => provider,
            // Both are slugs of one kind.
            None => slug.as_str().parse().map_err(|error: domain::NameError| {
                EngineError::Invalid { field: "provider".to_owned(), message: error.to_string() }
            })?,
        };
        for (field, url) in [("baseUrl", &given.base_url), ("webhookUrl", &given.webhook_url)] {
            if url.len() > URL_MAX {
                let message = format!("{field} must have at most {URL_MAX} characters");
                return Err(EngineError::Invalid { field: field.to_owned(), message });
            }
        }
        check_hosts(&given.base_url, &given.allow_hosts, &self.exits)?;
        let known = self.repository.get(owner, &slug).await?;
        let now = self.clock.now();
        let mut connection = ProviderConnection {
            owner: owner.clone(),
            slug,
            provider,
            status: match given.status {
                Some(ConnectionStatus::Disabled) => ConnectionStatus::Disabled,
                _ => ConnectionStatus::Untested,
            },
            message: String::new(),
            base_url: given.base_url,
            webhook_url: given.webhook_url,
            allow_hosts: given.allow_hosts,
            config: given.config,
            tested_at: None,
            created_at: known.as_ref().map_or(now, |known| known.connection.created_at),
            updated_at: now,
        };
        let keys = [("apiKey", given.api_key), ("apiSecret", given.api_secret)];
        let wanted = take_secrets(&mut connection, keys);
        let stays =
            known.as_ref().is_some_and(|known| leads_to_same(&known.connection, &connection));
        let mut secrets = Vec::new();
        for wanted in wanted {
            secrets.extend(wanted.sealed(&connection, known.as_ref(), stays, &self.vault)?);
        }
        let given = ConnectionWithSecrets { connection, secrets };
        let connection = &given.connection;
        let act =
            self.act(owner, AuditAction::ConnectionPut, &connection.slug).of(&connection.provider);
        self.repository.put(given.clone(), act).await?;
        Ok(shown(given))
    }

    /// One connection.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when the owner has none of that name.
    pub async fn get(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
    ) -> Result<KnownConnection, EngineError> {
        self.stored(owner, slug).await.map(shown)
    }

    /// An owner's connections by slug.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, owner: &Owner) -> Result<Vec<KnownConnection>, EngineError> {
        Ok(self.repository.list(owner).await?.into_iter().map(shown).collect())
    }

    /// Removes a connection and its secrets.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when the owner has none of that name.
    pub async fn delete(&self, owner: &Owner, slug: &ConnectionSlug) -> Result<(), EngineError> {
        let act = self.act(owner, AuditAction::ConnectionRemoved, slug);
        let removed = self.repository.delete(owner, slug, act).await?;
        removed.then_some(()).ok_or_else(|| no_connection(slug))
    }

    /// Writes down what a test of a connection said, unless it was changed meanwhile.
    pub(crate) async fn tested(
        &self,
        tested: &ProviderConnection,
        status: ConnectionStatus,
        message: &str,
    ) -> Result<(), EngineError> {
        let act = self
            .act(&tested.owner, AuditAction::ConnectionTested, &tested.slug)
            .of(&tested.provider)
            .noting(status.as_str());
        if !self.repository.tested(tested, status, message, act).await? {
            tracing::info!(connection = %tested.slug, "was changed while it was tested");
        }
        Ok(())
    }

    /// Opens a connection for one run: what it is, and the account that a script gets.
    pub(crate) async fn open(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
    ) -> Result<(ProviderConnection, Account), EngineError> {
        let ConnectionWithSecrets { connection, secrets } = self.stored(owner, slug).await?;
        if connection.status == ConnectionStatus::Disabled {
            return Err(EngineError::Conflict(format!("connection {slug} is switched off")));
        }
        let mut opened = Vec::new();
        for sealed in secrets {
            let secret = self.vault.open(&sealed)?;
            opened.push((sealed.place.field, secret));
        }
        let account = Account::open(connection.clone(), opened, &self.exits)?;
        Ok((connection, account))
    }

    /// Seals with the current key what others sealed, a few at a time. Servers go on meanwhile: as long
    /// as they have both keys, they open both.
    ///
    /// # Errors
    /// [`EngineError::Vault`] when there is no current key; or when the database fails.
    pub async fn rotate(&self) -> Result<Rotation, EngineError> {
        let current = self.vault.current().ok_or(VaultError::NoKey)?;
        let mut done = Rotation::default();
        loop {
            // Those that cannot be opened stay first in line.
            let unreadable = u32::try_from(done.unreadable.len()).unwrap_or(u32::MAX);
            let limit = BATCH.saturating_add(unreadable);
            let sealed = self.repository.not_sealed_with(current, limit).await?;
            let before = done.clone();
            for old in sealed {
                let place = &old.place;
                let name = format!("{} {} {}", place.owner.as_str(), place.slug, place.field);
                if done.unreadable.contains(&name) {
                    continue;
                }
                match self.vault.open(&old) {
                    Ok(secret) => {
                        let new = self.vault.seal(old.place.clone(), &secret)?;
                        // Whoever replaced it meanwhile used a key of its own; the next round sees.
                        done.resealed += u64::from(self.repository.reseal(&old, &new).await?);
                    }
                    Err(error) => {
                        tracing::error!(%error, secret = name, "cannot be opened");
                        done.unreadable.push(name);
                    }
                }
            }
            if done == before {
                return Ok(done);
            }
        }
    }

    /// What the owner does with a connection of theirs.
    fn act(&self, owner: &Owner, action: AuditAction, slug: &ConnectionSlug) -> Act {
        Act::new(&Actor::from(owner), action, self.clock.now()).on(slug)
    }

    async fn stored(
        &self,
        owner: &Owner,
        slug: &ConnectionSlug,
    ) -> Result<ConnectionWithSecrets, EngineError> {
        let found = self.repository.get(owner, slug).await?;
        found.ok_or_else(|| no_connection(slug))
    }
}

fn no_connection(slug: &ConnectionSlug) -> EngineError {
    EngineError::NotFound { what: format!("connection {slug}") }
}

fn shown(stored: ConnectionWithSecrets) -> KnownConnection {
    let has = |field: &str| stored.secrets.iter().any(|sealed| sealed.place.field == field);
    KnownConnection {
        has_api_key: has("apiKey"),
        has_api_secret: has("apiSecret"),
        connection: masked(stored.connection, &stored.secrets),
    }
}

/// Whether secrets that were given for one can go where the other leads: to the same hosts or fewer.
fn leads_to_same(known: &ProviderConnection, given: &ProviderConnection) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin().ascii_serialization());
    let same_base = given.base_url.is_empty() || origin(&known.base_url) == origin(&given.base_url);
    same_base && given.allow_hosts.iter().all(|host| known.allow_hosts.contains(host))
}
