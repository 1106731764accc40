//! A runner that counts changes nothing.

use std::borrow::Cow;
use std::sync::Arc;

use domain::{Connection, ScriptInput};
use engine::Metered;
use sandbox::{Limits, RecordedExchanges, RunError, ScriptRunner};
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn what_a_script_does_is_passed_on_as_it_is() {
    let timed_out = RunError::TimedOut { limit: Limits::TEST.wall };
    let error = timed_out.clone();
    let inner = runner(move |source, _| {
        report(if source == "right" { Ok(json!({"a": 1})) } else { Err(error.clone()) })
    });
    let metered = Metered::new(Arc::new(inner));
    let outcome = async |source: &str| -> Result<Value, RunError> {
        let mut session = metered.open(source, Limits::TEST).await.unwrap();
        let input = ScriptInput {
            provider_slug: "my-till".parse().unwrap(),
            connection: Connection::default(),
            payload: Cow::Owned(Value::Null),
        };
        let host = Arc::new(RecordedExchanges::new(Vec::new(), ""));
        session.run(&input, host).await.unwrap().outcome
    };
    assert_eq!(outcome("right").await, Ok(json!({"a": 1})));
    assert_eq!(outcome("slow").await, Err(timed_out));
}
