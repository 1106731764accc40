//! The secrets in what somebody gives: which are new, which are to stay.

use domain::{ProviderConnection, SealedSecret, Secret, SecretPlace};
use serde_json::Value;
use store::ConnectionWithSecrets;
use trials::is_secret_name;
use vault::Vault;

use crate::EngineError;
use crate::live::pointer_part;

/// Bytes of a secret. A private key has a few thousand.
const SECRET_MAX: usize = 16 << 10;
/// A shorter one stands in other words as well, and could not be taken out of what a vendor answers.
const SECRET_MIN: usize = 4;

/// A secret that a connection is to have.
pub(super) struct Wanted {
    field: String,
    /// None for the one that is there.
    secret: Option<Secret>,
    /// Whether it must be there.
    must: bool,
}

impl Wanted {
    /// Takes what was given for a field: nothing keeps what is there, a mask too, an empty text removes.
    fn of(field: String, given: Option<Secret>) -> Option<Self> {
        match given {
            None => Some(Self { field, secret: None, must: false }),
            Some(secret) if secret.is_empty() => None,
            Some(secret) if secret.is_mask() => Some(Self { field, secret: None, must: true }),
            Some(secret) => Some(Self { field, secret: Some(secret), must: false }),
        }
    }

    /// It as it is kept; none where there is nothing to keep. `stays` says whether what is there may
    /// stay.
    pub(super) fn sealed(
        self,
        connection: &ProviderConnection,
        known: Option<&ConnectionWithSecrets>,
        stays: bool,
        vault: &Vault,
    ) -> Result<Option<SealedSecret>, EngineError> {
        let Self { field, secret, must } = self;
        let invalid = |message: String| EngineError::Invalid { field: shown_name(&field), message };
        if let Some(secret) = secret {
            let size = secret.expose().len();
            if !(SECRET_MIN..=SECRET_MAX).contains(&size) {
                let bounds = format!("must have {SECRET_MIN} to {SECRET_MAX} bytes");
                return Err(invalid(format!("{} {bounds}, not {size}", shown_name(&field))));
            }
            let (owner, slug) = (connection.owner.clone(), connection.slug.clone());
            return Ok(Some(vault.seal(SecretPlace { owner, slug, field }, &secret)?));
        }
        let kept = known.and_then(|known| known.secrets.iter().find(|s| s.place.field == field));
        match kept {
            Some(_) if !stays => Err(invalid(format!(
                "the connection leads to other hosts than before; give {} anew",
                shown_name(&field)
            ))),
            None if must => Err(invalid(format!(
                "there is no {} that could stay; give its value",
                shown_name(&field)
            ))),
            kept => Ok(kept.cloned()),
        }
    }
}

/// The secrets of a connection. Those among its settings are taken out of them.
pub(super) fn take_secrets(
    connection: &mut ProviderConnection,
    keys: [(&str, Option<Secret>); 2],
) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> =
        keys.into_iter().filter_map(|(field, given)| Wanted::of(field.to_owned(), given)).collect();
    let mut config = Value::Object(std::mem::take(&mut connection.config));
    take_from(&mut config, "", false, &mut wanted);
    if let Value::Object(config) = config {
        connection.config = config;
    }
    wanted
}

/// `is_secret` holds for all below a name of a secret.
fn take_from(value: &mut Value, path: &str, is_secret: bool, wanted: &mut Vec<Wanted>) {
    match value {
        Value::String(text) if is_secret => {
            let secret = Secret::new(std::mem::take(text));
            wanted.extend(Wanted::of(path.to_owned(), Some(secret)));
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                let is_secret = is_secret || is_secret_name(key);
                take_from(value, &format!("{path}/{}", pointer_part(key)), is_secret, wanted);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                take_from(value, &format!("{path}/{index}"), is_secret, wanted);
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The connection with masks where its secret settings are.
pub(super) fn masked(
    mut connection: ProviderConnection,
    secrets: &[SealedSecret],
) -> ProviderConnection {
    let mut config = Value::Object(connection.config);
    for SealedSecret { place, .. } in secrets {
        if let Some(text) =
            config.pointer_mut(&place.field).filter(|_| place.field.starts_with('/'))
        {
            *text = Value::from(Secret::mask());
        }
    }
    connection.config = match config {
        Value::Object(config) => config,
        _ => serde_json::Map::new(),
    };
    connection
}

/// The field as the request has it.
fn shown_name(field: &str) -> String {
    match field.strip_prefix('/') {
        Some(path) => format!("config.{}", path.replace('/', ".")),
        None => field.to_owned(),
    }
}
