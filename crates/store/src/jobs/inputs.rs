//! What a caller gave with a job.

use domain::{JobId, JobInputs};
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::StoreError;
use crate::columns::{from_json_without_nul, to_json};
use crate::entities::job_inputs::{ActiveModel, Entity};

/// The inputs as columns, whose job has no number yet.
pub(super) struct Columns {
    samples: String,
    documents: String,
    repair: Option<String>,
}

impl Columns {
    pub(super) fn of(inputs: &JobInputs) -> Result<Self, StoreError> {
        let repair = inputs.repair.as_ref();
        Ok(Self {
            samples: from_json_without_nul("samples", &inputs.samples)?,
            documents: from_json_without_nul("documents", &inputs.documents)?,
            repair: repair.map(|repair| from_json_without_nul("repair", repair)).transpose()?,
        })
    }

    pub(super) async fn insert<C: ConnectionTrait>(
        self,
        db: &C,
        job: JobId,
    ) -> Result<(), StoreError> {
        let row = ActiveModel {
            job_id: Set(job.get()),
            samples: Set(self.samples),
            documents: Set(self.documents),
            repair: Set(self.repair),
        };
        Entity::insert(row).exec_without_returning(db).await?;
        Ok(())
    }
}

/// The inputs of a job; empty when there is no such job.
pub(super) async fn read<C: ConnectionTrait>(db: &C, job: JobId) -> Result<JobInputs, StoreError> {
    match Entity::find_by_id(job.get()).one(db).await? {
        None => Ok(JobInputs::default()),
        Some(row) => Ok(JobInputs {
            samples: to_json("samples", &row.samples)?,
            documents: to_json("documents", &row.documents)?,
            repair: row.repair.map(|repair| to_json("repair", &repair)).transpose()?,
        }),
    }
}
