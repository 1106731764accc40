//! Landlock: what the process may name. The second line, for the day that the filter of system calls
//! has a hole.

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr as _, RulesetError,
    Scope,
};

use crate::Layer;

/// The newest set of rules that this program knows. The kernel takes of them what it has.
const NEWEST: ABI = ABI::V7;

/// Forbids files, ports and signals beyond the process. Gives the layers that the kernel lacks.
pub(super) fn close() -> Vec<Layer> {
    let layers = [(Layer::Files, ABI::V1), (Layer::Network, ABI::V4), (Layer::Scopes, ABI::V6)];
    let had = restrict().unwrap_or(ABI::Unsupported);
    layers.into_iter().filter(|(_, since)| had < *since).map(|(layer, _)| layer).collect()
}

/// Gives the version whose rules are in force.
fn restrict() -> Result<ABI, RulesetError> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()?;
    Ok(match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => effective_abi,
        LandlockStatus::NotEnabled | LandlockStatus::NotImplemented => ABI::Unsupported,
    })
}
