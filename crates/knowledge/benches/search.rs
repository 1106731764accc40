//! What 2 MB of documents cost: to read and index them once, and to find them indexed and search
//! them again, which a job waits for (well under 200 ms).
#![expect(clippy::expect_used, reason = "a benchmark that cannot run should stop")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::Criterion;
use domain::{Document, Topic};
use knowledge::{Indexes, Library, Query};

const BYTES: usize = 2_000_000;
const SECTIONS_FOUND: usize = 12;

/// The pages of an invented vendor in four formats: words drawn from a fixed list by a fixed rule.
fn documents() -> Vec<Document> {
    const WORDS: [&str; 24] = [
        "item",
        "order",
        "location",
        "price",
        "modifierGroup",
        "status",
        "webhook",
        "cursor",
        "the",
        "of",
        "a",
        "request",
        "answers",
        "with",
        "token",
        "header",
        "menu",
        "category",
        "opening",
        "hours",
        "stock",
        "is",
        "available",
        "when",
    ];
    let mut seed = 1_usize;
    let mut word = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = seed >> 33;
        // Every tenth word is rare: a name or a number.
        if at.is_multiple_of(10) {
            format!("x{}", at % 5_000)
        } else {
            WORDS.get(at % WORDS.len()).copied().unwrap_or_default().to_owned()
        }
    };
    let mut text = move |count: usize| (0..count).map(|_| word()).collect::<Vec<_>>().join(" ");
    let mut pages = [String::new(), "<!doctype html>".to_owned(), String::new()];
    let mut api = "openapi: 3.0.0\npaths:\n".to_owned();
    let mut number = 0;
    while pages.iter().map(String::len).sum::<usize>() + api.len() < BYTES {
        let [markdown, html, plain] = &mut pages;
        number += 1;
        // Writing to a string cannot fail.
        let _ = write!(markdown, "## {}\n\n{}\n\n", text(4), text(150));
        let _ = write!(html, "<h2>{}</h2><p>{}</p>", text(4), text(150));
        let _ = write!(plain, "{}\n\n", text(150));
        let _ = write!(
            api,
            "  /things{number}:\n    get:\n      summary: {}\n      description: {}\n      responses: \
             {{200: {{content: {{application/json: {{example: {{id: \"{number}\"}}}}}}}}}}\n",
            text(4),
            text(100)
        );
    }
    let [markdown, html, plain] = pages;
    [("a.md", markdown), ("b.html", html), ("c.txt", plain), ("d.yaml", api)]
        .into_iter()
        .map(|(name, content)| Document { name: name.parse().expect("a name"), content })
        .collect()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let documents = documents();
    let indexes = Indexes::new(NonZeroUsize::MIN, usize::MAX);
    let provider = "my-till".parse().expect("a slug");
    let mut group = criterion.benchmark_group("2 MB of documents");
    group.sample_size(10);
    group.bench_function("read and indexed", |b| {
        b.iter(|| Library::of(black_box(&documents)));
    });
    group.bench_function("found again and searched", |b| {
        b.iter(|| {
            let library = indexes.library(black_box(&documents));
            let query = Query::for_topic(&provider, Topic::SyncProducts);
            library.index.search(&query, SECTIONS_FOUND).len()
        });
    });
    group.finish();
    criterion.final_summary();
}
