//! Connections and sealed secrets as rows.

use std::fmt::Write as _;

use domain::{Owner, ProviderConnection, SealedSecret, SecretPlace};
use sea_orm::ActiveValue::Set;

use crate::StoreError;
use crate::columns::{
    corrupt, from_json, from_json_without_nul, from_time, refuse_nul, to_json, to_time, to_word,
};
use crate::entities::{connection, connection_secret};

pub(super) fn to_connection(row: connection::Model) -> Result<ProviderConnection, StoreError> {
    let time = |name: &str, ms| to_time(&format!("{name} of a connection"), ms);
    Ok(ProviderConnection {
        owner: Owner::named(row.owner),
        slug: to_word("slug of a connection", &row.slug)?,
        provider: to_word("provider of a connection", &row.provider)?,
        status: to_word("status of a connection", &row.status)?,
        message: row.message,
        base_url: row.base_url,
        webhook_url: row.webhook_url,
        allow_hosts: to_json("allow_hosts of a connection", &row.allow_hosts)?,
        config: to_json("config of a connection", &row.config)?,
        tested_at: row.tested_at.map(|ms| time("tested_at", ms)).transpose()?,
        created_at: time("created_at", row.created_at)?,
        updated_at: time("updated_at", row.updated_at)?,
    })
}

pub(super) fn from_connection(
    given: &ProviderConnection,
) -> Result<connection::ActiveModel, StoreError> {
    refuse_nul("baseUrl", &given.base_url)?;
    refuse_nul("webhookUrl", &given.webhook_url)?;
    Ok(connection::ActiveModel {
        owner: Set(given.owner.as_str().to_owned()),
        slug: Set(given.slug.to_string()),
        provider: Set(given.provider.to_string()),
        status: Set(given.status.as_str().to_owned()),
        message: Set(given.message.replace('\0', "\u{fffd}")),
        base_url: Set(given.base_url.clone()),
        webhook_url: Set(given.webhook_url.clone()),
        allow_hosts: Set(from_json("allowHosts", &given.allow_hosts)?),
        config: Set(from_json_without_nul("config", &given.config)?),
        tested_at: Set(given.tested_at.map(from_time)),
        created_at: Set(from_time(given.created_at)),
        updated_at: Set(from_time(given.updated_at)),
    })
}

pub(super) fn to_secret(row: connection_secret::Model) -> Result<SealedSecret, StoreError> {
    let bytes = |name: &str, text: &str| {
        from_hex(text).ok_or_else(|| corrupt(&format!("{name} of a secret"), "no hexadecimal"))
    };
    Ok(SealedSecret {
        nonce: bytes("nonce", &row.nonce)?,
        ciphertext: bytes("ciphertext", &row.ciphertext)?,
        place: SecretPlace {
            owner: Owner::named(row.owner),
            slug: to_word("slug of a secret", &row.slug)?,
            field: row.field,
        },
        key_id: row.key_id,
    })
}

pub(super) fn from_secret(
    sealed: &SealedSecret,
) -> Result<connection_secret::ActiveModel, StoreError> {
    refuse_nul("config", &sealed.place.field)?;
    Ok(connection_secret::ActiveModel {
        owner: Set(sealed.place.owner.as_str().to_owned()),
        slug: Set(sealed.place.slug.to_string()),
        field: Set(sealed.place.field.clone()),
        key_id: Set(sealed.key_id.clone()),
        nonce: Set(to_hex(&sealed.nonce)),
        ciphertext: Set(to_hex(&sealed.ciphertext)),
    })
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_back_and_nonsense_does_not() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        assert_eq!([from_hex("a"), from_hex("zz"), from_hex("éé")], [None, None, None]);
    }
}
