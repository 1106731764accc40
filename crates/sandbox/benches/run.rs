//! What a run costs: in this process, in a child that is warm, and in a new child.
#![expect(clippy::expect_used, reason = "a benchmark that cannot run should stop")]

use std::borrow::Cow;
use std::process::ExitCode;
use std::sync::Arc;

use criterion::Criterion;
use domain::ScriptInput;
use sandbox::{
    CHILD_ARGUMENT, ChildCommand, HttpHost, InProcessRunner, Limits, ProcessRunner,
    RecordedExchanges, Require, RunnerSettings, ScriptRunner,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const SCRIPT: &str = "
/** A small transform: prices in minor units to products. */
function transform(input, context) {
  const products = input.payload.items.map((item) => ({
    itemCode: String(item.id), name: item.name, price: item.cents / 100, isAvailable: !item.hidden,
  }));
  context.log(products.length + ' products');
  return { products };
}";

fn input(items: usize) -> ScriptInput<'static> {
    let items: Vec<Value> = (0..items)
        .map(|id| json!({"id": id, "name": format!("Item {id}"), "cents": id * 5, "hidden": false}))
        .collect();
    ScriptInput {
        provider_slug: "my-till".parse().expect("a slug"),
        connection: domain::Connection::default(),
        payload: Cow::Owned(json!({ "items": items })),
    }
}

fn benchmarks(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let host: Arc<dyn HttpHost> = Arc::new(RecordedExchanges::new(Vec::new(), ""));
    let settings = RunnerSettings { concurrency: 4, spares: 0, kept: 2, require: Require::Strict };
    let children = ProcessRunner::new(ChildCommand::this_binary(), settings).expect("a runner");
    let runners: [(&str, &dyn ScriptRunner); 2] =
        [("in_process", &InProcessRunner), ("warm_child", &children)];
    for (name, runner) in runners {
        for items in [10, 40_000] {
            let input = input(items);
            let mut session =
                runtime.block_on(runner.open(SCRIPT, Limits::TEST)).expect("a session");
            criterion.bench_function(&format!("{name}/{items}_items"), |bencher| {
                bencher.iter(|| {
                    let report = runtime.block_on(session.run(&input, Arc::clone(&host)));
                    report.expect("a report").outcome.expect("an output")
                });
            });
        }
    }
    criterion.bench_function("fresh_child/open", |bencher| {
        bencher.iter(|| {
            runtime.block_on(children.open(SCRIPT, Limits::TEST)).map(drop).expect("a session");
        });
    });
    let input = input(10);
    criterion.bench_function("fresh_child/10_items", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let mut session = children.open(SCRIPT, Limits::TEST).await.expect("a session");
                let report = session.run(&input, Arc::clone(&host)).await;
                report.expect("a report").outcome.expect("an output")
            })
        });
    });
}

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some(CHILD_ARGUMENT) {
        return sandbox::run_child();
    }
    let mut criterion = Criterion::default().configure_from_args();
    benchmarks(&mut criterion);
    criterion.final_summary();
    ExitCode::SUCCESS
}
