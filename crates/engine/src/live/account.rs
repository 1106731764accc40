//! A connection with its secrets, opened for one run.

use std::sync::Arc;

use domain::{Connection, Owner, ProviderConnection, ProviderSlug, Secret};
use egress::{Egress, Guard, HostRule};
use sandbox::Tenant;
use serde_json::Value;
use url::Url;

use super::stand_ins::StandIns;
use crate::EngineError;

/// Makes the way out for the hosts of one connection.
pub type Exits = Arc<dyn Fn(Guard) -> Arc<dyn Egress> + Send + Sync>;

/// Hosts that a connection may list.
const HOSTS_MAX: usize = 20;

/// An account that a script may use.
pub(crate) struct Account {
    /// Whose run it is.
    owner: Owner,
    /// None where a run has no connection.
    pub(crate) connection: Option<ProviderConnection>,
    pub(crate) stand_ins: StandIns,
    pub(crate) egress: Option<Arc<dyn Egress>>,
}

impl Account {
    /// No account: nothing leaves.
    pub(crate) fn none(owner: &Owner) -> Self {
        let owner = owner.clone();
        Self { owner, connection: None, stand_ins: StandIns::new(Vec::new()), egress: None }
    }

    /// The account of a connection; `secrets` by the field that each belongs to.
    pub(crate) fn open(
        connection: ProviderConnection,
        secrets: Vec<(String, Secret)>,
        exits: &Exits,
    ) -> Result<Self, EngineError> {
        let egress = check_hosts(&connection.base_url, &connection.allow_hosts, exits)?;
        let named = secrets.into_iter().map(|(field, secret)| (name_of(&field), secret)).collect();
        let stand_ins = StandIns::new(named);
        let owner = connection.owner.clone();
        Ok(Self { owner, connection: Some(connection), stand_ins, egress: Some(egress) })
    }

    /// Whose processes may run a script for it: of two connections, or two owners, none is shared.
    pub(crate) fn tenant(&self) -> Tenant {
        let connection = self.connection.as_ref().map(|connection| connection.slug.as_str());
        // No slug is empty, and none holds what parts it from the owner.
        Tenant::new(format!("{}/{}", connection.unwrap_or_default(), self.owner.as_str()))
    }

    /// What the script sees of it.
    pub(crate) fn seen(&self) -> Connection {
        let Some(connection) = &self.connection else { return Connection::default() };
        let mut config = Value::Object(connection.config.clone());
        fill_in(&mut config, "", &self.stand_ins);
        Connection {
            base_url: connection.base_url.clone(),
            api_key: self.stand_ins.of("apiKey").to_owned(),
            api_secret: self.stand_ins.of("apiSecret").to_owned(),
            webhook_url: connection.webhook_url.clone(),
            config: config.as_object().cloned().unwrap_or_default(),
        }
    }

    /// That the account is one of this vendor's.
    pub(crate) fn must_be_of(&self, provider: &ProviderSlug) -> Result<(), EngineError> {
        match &self.connection {
            Some(connection) if connection.provider != *provider => Err(EngineError::Invalid {
                field: "connection".to_owned(),
                message: format!(
                    "connection {} is of {}, not of {provider}",
                    connection.slug, connection.provider
                ),
            }),
            Some(_) | None => Ok(()),
        }
    }
}

/// Puts the stand-ins of settings where empty texts were left for them.
fn fill_in(value: &mut Value, path: &str, stand_ins: &StandIns) {
    match value {
        Value::String(text) if text.is_empty() => {
            stand_ins.of(&name_of(path)).clone_into(text);
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                fill_in(value, &format!("{path}/{}", pointer_part(key)), stand_ins);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                fill_in(value, &format!("{path}/{index}"), stand_ins);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A key as a part of a JSON pointer.
pub(crate) fn pointer_part(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// `apiKey`, or `config.oauth.token` for a setting.
fn name_of(field: &str) -> String {
    match field.strip_prefix('/') {
        Some(path) => format!("config.{}", path.replace('/', ".")),
        None => field.to_owned(),
    }
}

/// The way out for a base URL and the hosts that go with it: `http` only where the base URL has it.
///
/// # Errors
/// [`EngineError::Invalid`] when one of them is none, or may not be called.
pub(crate) fn check_hosts(
    base_url: &str,
    allow_hosts: &[String],
    exits: &Exits,
) -> Result<Arc<dyn Egress>, EngineError> {
    let invalid =
        |field: &str, message: String| EngineError::Invalid { field: field.to_owned(), message };
    if allow_hosts.len() > HOSTS_MAX {
        let message = format!("at most {HOSTS_MAX} hosts can be listed");
        return Err(invalid("allowHosts", message));
    }
    let mut rules = Vec::new();
    for line in allow_hosts {
        let rule: Result<HostRule, _> = line.parse();
        rules.push(rule.map_err(|error| invalid("allowHosts", error.to_string()))?);
    }
    let mut allows_http = false;
    if !base_url.is_empty() {
        let url = Url::parse(base_url).map_err(|error| {
            let like = "give an address like https://api.vendor.example/v2";
            invalid("baseUrl", format!("it is no web address: {error}; {like}"))
        })?;
        allows_http = url.scheme() == "http";
        let host = url.host_str().unwrap_or_default();
        let line = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let rule: Result<HostRule, _> = line.parse();
        rules.push(rule.map_err(|error| invalid("baseUrl", error.to_string()))?);
    }
    let guard = Guard::only(rules);
    let egress = exits(if allows_http { guard.allow_http() } else { guard });
    if !base_url.is_empty() {
        egress.check_url(base_url).map_err(|error| invalid("baseUrl", error.to_string()))?;
    }
    Ok(egress)
}
