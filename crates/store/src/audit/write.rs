//! Writing down an act.

use domain::Act;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::StoreError;
use crate::columns::from_time;
use crate::entities::audit::{ActiveModel, Entity};

/// For the transaction that carries the act out.
pub(crate) async fn append<C: ConnectionTrait>(db: &C, act: Act) -> Result<(), StoreError> {
    // Names of keys from before there was a rule may hold anything; PostgreSQL keeps no NUL.
    let clean = |text: String| text.replace('\0', "\u{fffd}");
    let row = ActiveModel {
        id: NotSet,
        actor: Set(clean(act.actor.as_str().to_owned())),
        action: Set(act.action.to_string()),
        provider: Set(act.provider.map(String::from)),
        topic: Set(act.topic.map(|topic| topic.to_string())),
        subject: Set(clean(act.subject)),
        reason: Set(clean(act.reason)),
        details: Set(clean(act.details)),
        at: Set(from_time(act.at)),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}
