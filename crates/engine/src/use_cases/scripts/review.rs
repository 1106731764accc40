//! A reviewer's decisions, and what must hold before a script comes into use.
//!
//! The tests are run anew on the samples that are known now. They take a while, so they run before the
//! transaction that moves the script; that transaction holds only if the samples are still those, and
//! is tried anew where they are not.

use domain::{
    Act, Actor, AuditAction, Reason, ReviewAction, Sample, Script, ScriptId, ScriptStatus,
};
use store::{StatusChange, StoreError};

use super::Scripts;
use crate::EngineError;

/// Times that an activation is tried anew when its script or samples changed while it was tested.
const TRIES: usize = 3;

/// How a script is taken into use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activation {
    /// Why; needed where it is forced.
    pub reason: Option<Reason>,
    /// Whether to take it into use although it does not pass its tests.
    pub force: bool,
}

/// What the tests of a script say now.
struct Verdict {
    /// Why it does not pass; none when it does.
    failure: Option<String>,
    /// The samples that it was run on.
    samples: Vec<Sample>,
}

impl Scripts {
    /// Takes a script into use, in place of the one that is.
    ///
    /// # Errors
    /// [`EngineError::NotPassing`] when it does not pass its tests and is not forced,
    /// [`EngineError::Forbidden`] when another pair of eyes is needed, [`EngineError::Conflict`] when
    /// its status does not allow it, [`EngineError::Invalid`] when it is forced without a reason.
    pub async fn activate(
        &self,
        by: &Actor,
        id: ScriptId,
        activation: Activation,
    ) -> Result<Script, EngineError> {
        activation.check()?;
        for _ in 0..TRIES {
            let script = self.get(id).await?;
            script.after(ReviewAction::Activate)?;
            let act = self
                .act(by, AuditAction::ScriptActivated, &script)
                .because(activation.reason.as_ref())
                .noting(&format!("version {}", script.version));
            let change = self.taking_into_use(script, activation.force, act).await?;
            match self.repository.set_status(change).await {
                Err(StoreError::Conflict) => {}
                moved => return Ok(moved?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Takes the script in use out of it for the one that was in use before; gives that one.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when the script is not in use or none was before it, and as
    /// [`Scripts::activate`] for the one before it.
    pub async fn roll_back(
        &self,
        by: &Actor,
        id: ScriptId,
        reason: Reason,
        force: bool,
    ) -> Result<Script, EngineError> {
        for _ in 0..TRIES {
            let script = self.get(id).await?;
            script.after(ReviewAction::RollBack)?;
            let before = self.repository.before(&script).await?;
            let before = before.ok_or_else(|| nothing_before(id))?;
            let act = self
                .act(by, AuditAction::ScriptRolledBack, &script)
                .because(Some(&reason))
                .noting(&format!("back to script {}", before.id));
            let change = self.taking_into_use(before, force, act).await?;
            let change = StatusChange { in_place_of: Some(id), ..change };
            match self.repository.set_status(change).await {
                Err(StoreError::Conflict) => {}
                moved => return Ok(moved?),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Takes a script out of use.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when it is not in use.
    pub async fn deprecate(
        &self,
        by: &Actor,
        id: ScriptId,
        reason: Option<&Reason>,
    ) -> Result<Script, EngineError> {
        self.put_away(by, id, ReviewAction::Deprecate, AuditAction::ScriptDeprecated, reason).await
    }

    /// Puts a script away.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when it is in use, or put away already.
    pub async fn archive(
        &self,
        by: &Actor,
        id: ScriptId,
        reason: Option<&Reason>,
    ) -> Result<Script, EngineError> {
        self.put_away(by, id, ReviewAction::Archive, AuditAction::ScriptArchived, reason).await
    }

    async fn put_away(
        &self,
        by: &Actor,
        id: ScriptId,
        decision: ReviewAction,
        action: AuditAction,
        reason: Option<&Reason>,
    ) -> Result<Script, EngineError> {
        let script = self.get(id).await?;
        let to = script.after(decision)?;
        let change = StatusChange {
            id,
            from: script.status,
            to,
            in_place_of: None,
            tested_on: None,
            act: self.act(by, action, &script).because(reason),
        };
        Ok(self.repository.set_status(change).await?)
    }

    /// The change that takes a script into use, if it may come into use.
    async fn taking_into_use(
        &self,
        script: Script,
        force: bool,
        act: Act,
    ) -> Result<StatusChange, EngineError> {
        self.check_eyes(&act.actor, &script)?;
        let Verdict { failure, samples } = self.try_on_known_samples(&script).await?;
        let (tested_on, act) = match failure {
            None => (Some(samples), act),
            Some(error) if !force => {
                return Err(EngineError::NotPassing { id: script.id, error });
            }
            Some(error) => (None, forced(act).noting(&error)),
        };
        Ok(StatusChange {
            id: script.id,
            from: script.status,
            to: ScriptStatus::Active,
            in_place_of: None,
            tested_on,
            act,
        })
    }

    fn check_eyes(&self, by: &Actor, script: &Script) -> Result<(), EngineError> {
        let id = script.id;
        match &script.content.started_by {
            _ if !self.four_eyes => Ok(()),
            Some(starter) if starter != by => Ok(()),
            Some(starter) => Err(EngineError::Forbidden(format!(
                "script {id} was started by the key \"{starter}\" itself: a key of another name has \
                 to take it into use, because review.four_eyes is set"
            ))),
            None => Err(EngineError::Forbidden(format!(
                "nobody knows who started script {id}, and review.four_eyes is set: save its source \
                 anew, and let a key of another name take that into use"
            ))),
        }
    }

    /// What the last test of a script said and, where samples are known, what they say now.
    async fn try_on_known_samples(&self, script: &Script) -> Result<Verdict, EngineError> {
        let content = &script.content;
        let samples = self.knowledge.samples(&content.provider, content.topic).await?;
        let failure = match content.test_results.last() {
            None => Some("it was never tested: there was no sample when it was saved".to_owned()),
            Some(attempt) if !attempt.passed => Some(attempt.error.clone()),
            Some(_) if samples.is_empty() => None,
            Some(_) => {
                let (provider, topic) = (&content.provider, content.topic);
                let run = self.tester.test(provider, topic, &content.source, &samples, 1).await?;
                (!run.attempt.passed).then_some(run.attempt.error)
            }
        };
        Ok(Verdict { failure, samples })
    }

    fn act(&self, by: &Actor, action: AuditAction, script: &Script) -> Act {
        Act::new(by, action, self.clock.now())
            .of(&script.content.provider)
            .for_topic(script.content.topic)
            .on(script.id)
    }
}

impl Activation {
    fn check(&self) -> Result<(), EngineError> {
        if self.force && self.reason.is_none() {
            return Err(EngineError::Invalid {
                field: "reason".to_owned(),
                message:
                    "force needs a reason: say why a script that does not pass its tests comes \
                          into use"
                        .to_owned(),
            });
        }
        Ok(())
    }
}

/// The act of taking something into use that does not pass. That a roll back was forced stands in what
/// is noted of it.
fn forced(act: Act) -> Act {
    match act.action {
        AuditAction::ScriptActivated => Act { action: AuditAction::ScriptForced, ..act },
        _ => act.noting("forced"),
    }
}

fn nothing_before(id: ScriptId) -> EngineError {
    EngineError::Conflict(format!(
        "no older version than script {id} was in use: there is nothing to go back to; activate \
         another script, or deprecate this one"
    ))
}
