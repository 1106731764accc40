//! How the time for a draft, its own trial included, grows with the records of a sample: no faster
//! than n log n.
#![expect(clippy::expect_used, reason = "a benchmark that cannot run should stop")]
#![expect(clippy::print_stdout, reason = "the table is what the benchmark is for")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use authors::{ScriptAuthor as _, Synthesizer, Unwatched};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use domain::{Brief, Connection, Draft, Sample, Topic};
use sandbox::{InProcessRunner, Limits};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const SIZES: [u32; 3] = [1_000, 10_000, 100_000];
/// Drafts of each size for the table, of which the quickest counts: the machine may be shared.
const RUNS: usize = 3;

/// A catalogue of an invented vendor: items, modifier lists joined by id, categories by id, prices
/// in cents.
fn catalogue(items: u32) -> Value {
    let lists = items / 25 + 1;
    let categories = items / 100 + 1;
    let modifiers = |list: u32| -> Vec<Value> {
        (0..4)
            .map(|n| json!({"id": format!("mod_{list}_{n}"), "name": format!("Extra {n}"), "priceCents": n * 50}))
            .collect()
    };
    let list = |n: u32| {
        json!({"id": format!("ml_{n}"), "name": format!("Extras {n}"), "minSelected": 0,
               "maxSelected": 2, "modifiers": modifiers(n)})
    };
    let item = |n: u32| {
        let joined: Vec<String> =
            (0..n % 3).map(|k| format!("ml_{}", (n * 7 + k) % lists)).collect();
        json!({"id": format!("itm_{n}"), "name": format!("Dish {n}"),
               "description": format!("Dish {n} with herbs, served warm"),
               "priceCents": 305 + n % 400 * 10, "categoryId": format!("cat_{}", n % categories),
               "modifierListIds": joined, "available": !n.is_multiple_of(9)})
    };
    json!({
        "categories": (0..categories)
            .map(|n| json!({"id": format!("cat_{n}"), "name": format!("Category {n}")}))
            .collect::<Vec<_>>(),
        "modifierLists": (0..lists).map(list).collect::<Vec<_>>(),
        "items": (0..items).map(item).collect::<Vec<_>>(),
    })
}

fn brief(items: u32) -> Brief {
    let sample = Sample {
        name: "catalogue".parse().expect("a name"),
        payload: Some(catalogue(items)),
        http: Vec::new(),
        connection: Connection::default(),
        expected: None,
    };
    let document = domain::Document {
        name: "notes".parse().expect("a name"),
        content: "All prices are in cents.".to_owned(),
    };
    Brief {
        documents: vec![document],
        ..Brief::of("larkspur".parse().expect("a slug"), Topic::SyncProducts, vec![sample])
    }
}

/// The synthesizer, and the runtime in which it works.
struct Bench {
    runtime: Runtime,
    synthesizer: Synthesizer,
}

impl Bench {
    fn new() -> Self {
        Self {
            runtime: Runtime::new().expect("a runtime"),
            synthesizer: Synthesizer::new(Arc::new(InProcessRunner), Limits::TEST),
        }
    }

    fn draft(&self, brief: &Brief) -> Draft {
        self.runtime.block_on(self.synthesizer.write(brief, Unwatched::shared())).expect("a draft")
    }

    fn quickest(&self, brief: &Brief) -> Duration {
        let time = |_| {
            let began = Instant::now();
            black_box(self.draft(brief));
            began.elapsed()
        };
        (0..RUNS).map(time).min().unwrap_or_default()
    }
}

fn main() {
    let bench = Bench::new();
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("synthesize");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    let mut table = Vec::new();
    for items in SIZES {
        let brief = brief(items);
        // A question would be measured for a script.
        let first = bench.draft(&brief);
        assert!(matches!(first, Draft::Script(_)), "{first:?}");
        group.throughput(Throughput::Elements(items.into()));
        group.bench_with_input(BenchmarkId::from_parameter(items), &brief, |bencher, brief| {
            bencher.iter(|| bench.draft(brief));
        });
        table.push((items, bench.quickest(&brief)));
    }
    group.finish();
    criterion.final_summary();
    println!("records   quickest draft   per record   per record and log2 n");
    for (items, took) in table {
        let each = took.as_secs_f64() * 1e9 / f64::from(items);
        let per_log = each / f64::from(items).log2();
        println!(
            "{items:>7} {:>13.1} ms {each:>9.0} ns {per_log:>19.1} ns",
            took.as_secs_f64() * 1e3
        );
    }
}
