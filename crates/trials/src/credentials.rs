//! Credentials have no business in what is told about a run.

use domain::Sample;

/// Characters from which a credential is hidden. A shorter one is a test value that stands in other
/// words as well.
const CREDENTIAL_MIN: usize = 6;

/// `text` with the samples' credentials hidden: what is told about a run is read by more people than
/// may see them.
#[must_use]
pub fn without_credentials(text: String, samples: &[Sample]) -> String {
    let connections = samples.iter().map(|sample| &sample.connection);
    connections
        .flat_map(|connection| [&connection.api_key, &connection.api_secret])
        .filter(|credential| credential.chars().count() >= CREDENTIAL_MIN)
        .fold(text, |text, credential| text.replace(credential, "[credential]"))
}
