//! Samples that come with a job or with a script.

use std::collections::HashSet;

use domain::{HttpExchange, Sample, SampleName};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::views::ConnectionBody;
use crate::error::ApiError;
use crate::schemas;

/// A real payload, or recorded HTTP exchanges; at least one of the two.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SampleBody {
    /// Its name among the samples; `sample-1` and so on where none is given.
    #[schema(value_type = Option<String>, example = "menu")]
    name: Option<SampleName>,
    /// What the script gets as `input.payload`.
    #[serde(default, deserialize_with = "domain::optional_lean")]
    #[schema(value_type = Value, required = false)]
    payload: Option<Value>,
    /// What the vendor answers when the script calls it.
    #[serde(default)]
    #[schema(schema_with = schemas::exchanges)]
    http: Vec<HttpExchange>,
    #[serde(default)]
    connection: ConnectionBody,
    /// The output that a careful engineer wants.
    #[schema(value_type = Value, required = false)]
    expected: Option<Value>,
}

/// The samples, each with a name of its own.
///
/// # Errors
/// A 400 that names a sample with a name that is taken, or with neither payload nor exchanges.
pub(crate) fn named(bodies: Vec<SampleBody>) -> Result<Vec<Sample>, ApiError> {
    let mut taken = HashSet::new();
    for (index, body) in bodies.iter().enumerate() {
        if body.payload.is_none() && body.http.is_empty() {
            return Err(ApiError::invalid(
                format!("samples[{index}].payload"),
                "a sample needs a payload or recorded http exchanges",
            ));
        }
        if let Some(name) = &body.name
            && !taken.insert(name.clone())
        {
            return Err(ApiError::invalid(
                format!("samples[{index}].name"),
                format!("there is another sample named {name}; give each its own name"),
            ));
        }
    }
    bodies
        .into_iter()
        .zip(1..)
        .map(|(body, position)| body.into_sample(position, &mut taken))
        .collect()
}

impl SampleBody {
    fn into_sample(
        self,
        position: usize,
        taken: &mut HashSet<SampleName>,
    ) -> Result<Sample, ApiError> {
        let name = match self.name {
            Some(name) => name,
            None => free_name(position, taken)?,
        };
        Ok(Sample {
            name,
            payload: self.payload,
            http: self.http,
            connection: self.connection.into(),
            expected: self.expected,
        })
    }
}

/// `sample-N`, from N = `position` upwards the first that is free.
fn free_name(position: usize, taken: &mut HashSet<SampleName>) -> Result<SampleName, ApiError> {
    for number in position.. {
        let name: SampleName = format!("sample-{number}")
            .parse()
            .map_err(|error| ApiError::invalid("samples", format!("{error}")))?;
        if taken.insert(name.clone()) {
            return Ok(name);
        }
    }
    Err(ApiError::invalid("samples", "there are too many samples"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(bodies: Value) -> Result<Vec<String>, ApiError> {
        let samples = named(serde_json::from_value(bodies).unwrap())?;
        Ok(samples.into_iter().map(|sample| sample.name.into()).collect())
    }

    #[test]
    fn a_sample_without_a_name_gets_one_that_is_free() {
        let bodies = json!([{"payload": 1}, {"payload": 1, "name": "sample-1"}, {"payload": 1}]);
        assert_eq!(names(bodies).unwrap(), ["sample-2", "sample-1", "sample-3"]);
    }
}
