//! Which server, and with which key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Deserialize;

use crate::{Api, ClientError};

const DEFAULT_SERVER: &str = "http://localhost:8080";
const DEFAULT_PROFILE: &str = "default";

/// A command, and the options that every command of a client has.
#[derive(Debug, Args)]
pub struct Call<T: Args> {
    /// The command's own.
    #[command(flatten)]
    pub what: T,
    /// Those of all.
    #[command(flatten)]
    pub options: Options,
}

/// The options that every command of a client has.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Server and output")]
pub struct Options {
    /// The server's address; http://localhost:8080 where nothing says otherwise.
    #[arg(long, env = "FORGE_URL", value_name = "URL")]
    pub url: Option<String>,
    /// Whose url and api_key of the profile file are used; FORGE_URL and FORGE_API_KEY come first.
    #[arg(long, env = "FORGE_PROFILE", value_name = "NAME")]
    pub profile: Option<String>,
    /// Print the server's answer as JSON.
    #[arg(long)]
    pub json: bool,
}

/// A server and a key by name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    url: Option<String>,
    api_key: Option<String>,
}

/// What the environment says.
#[derive(Debug, Clone)]
struct Environment {
    /// `FORGE_API_KEY`: not a flag, which every process of the machine could read.
    key: Option<String>,
    /// The file with the profiles.
    profiles: PathBuf,
}

impl Environment {
    fn of_process() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let folder = set("XDG_CONFIG_HOME").map_or_else(
            || PathBuf::from(set("HOME").unwrap_or_default()).join(".config"),
            PathBuf::from,
        );
        Self {
            key: set("FORGE_API_KEY").and_then(|key| key.into_string().ok()),
            profiles: folder.join("adapter-forge").join("profiles.toml"),
        }
    }
}

impl Options {
    /// The server that these options name.
    ///
    /// # Errors
    /// When there is no key, or the profile is not there.
    pub fn api(&self) -> Result<Api, ClientError> {
        let (server, key) = self.resolve(&Environment::of_process())?;
        Api::new(&server, key)
    }

    fn resolve(&self, environment: &Environment) -> Result<(String, String), ClientError> {
        let profile = self.find_profile(&environment.profiles)?;
        let server = self.url.clone().or(profile.url).unwrap_or_else(|| DEFAULT_SERVER.to_owned());
        let key = environment.key.clone().or(profile.api_key);
        let key =
            key.ok_or_else(|| ClientError::NoKey { profiles: environment.profiles.clone() })?;
        Ok((server, key))
    }

    fn find_profile(&self, file: &Path) -> Result<Profile, ClientError> {
        let bad = |why: String| ClientError::File { file: file.to_owned(), why };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(bad(error.to_string())),
        };
        // The message without the lines of the file: a key may stand in them.
        let mut profiles: BTreeMap<String, Profile> =
            toml::from_str(&text).map_err(|error| bad(error.message().to_owned()))?;
        match &self.profile {
            None => Ok(profiles.remove(DEFAULT_PROFILE).unwrap_or_default()),
            Some(name) => profiles
                .remove(name)
                .ok_or_else(|| bad(format!("there is no profile [{name}] in it"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(
        options: &Options,
        key: Option<&str>,
        profiles: Option<&str>,
    ) -> Result<(String, String), String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("profiles.toml");
        if let Some(text) = profiles {
            std::fs::write(&file, text).unwrap();
        }
        let environment = Environment { key: key.map(str::to_owned), profiles: file };
        options.resolve(&environment).map_err(|error| error.to_string())
    }

    fn named(profile: &str) -> Options {
        Options { profile: Some(profile.to_owned()), ..Options::default() }
    }

    const TWO: &str = "[default]\nurl = \"http://a\"\napi_key = \"ka\"\n[b]\nurl = \"http://b\"\n";

    #[test]
    fn without_a_profile_the_server_is_the_local_one() {
        let found = resolve(&Options::default(), Some("k"), None).unwrap();
        assert_eq!(found, (DEFAULT_SERVER.to_owned(), "k".to_owned()));
    }

    #[test]
    fn options_and_environment_come_before_a_profile() {
        let found = resolve(&Options::default(), None, Some(TWO)).unwrap();
        assert_eq!(found, ("http://a".to_owned(), "ka".to_owned()));
        let options = Options { url: Some("http://c".to_owned()), ..Options::default() };
        let found = resolve(&options, Some("k"), Some(TWO)).unwrap();
        assert_eq!(found, ("http://c".to_owned(), "k".to_owned()));
        let found = resolve(&named("b"), Some("k"), Some(TWO)).unwrap();
        assert_eq!(found, ("http://b".to_owned(), "k".to_owned()));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = resolve(&named("c"), Some("k"), Some(TWO)).unwrap_err();
        assert!(error.contains("no profile [c]"), "{error}");
        let error = resolve(&named("b"), None, Some(TWO)).unwrap_err();
        assert!(error.contains("FORGE_API_KEY"), "{error}");
    }

    #[test]
    fn a_broken_profile_file_does_not_show_the_keys_in_it() {
        let error = resolve(&Options::default(), None, Some("[default]\napi_key = afk_secret"))
            .unwrap_err();
        assert!(error.contains("profiles.toml") && !error.contains("afk_secret"), "{error}");
    }
}
