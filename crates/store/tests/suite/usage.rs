//! What authors used.

use domain::Usage;

use crate::fixtures::*;
use crate::harness::{Fresh, behaviours};

behaviours!(usage_adds_up_by_author_and_day, usage_of_many_at_once_loses_nothing);

const ONE: Usage = Usage { tokens_in: 100, tokens_out: 20, tokens_cached: 60, cost_micros: 1_500 };

async fn usage_adds_up_by_author_and_day(fresh: Fresh) {
    let usage = fresh.db.usage();
    let [claude, other] = ["claude", "other"].map(|name| name.parse().unwrap());
    assert_eq!(usage.on_day(&claude, now()).await.unwrap(), Usage::default());
    usage.add(&claude, ONE, now()).await.unwrap();
    usage.add(&claude, ONE, later(1)).await.unwrap();
    usage.add(&other, ONE, now()).await.unwrap();
    let mut twice = ONE;
    twice += ONE;
    assert_eq!(usage.on_day(&claude, now()).await.unwrap(), twice);
    assert_eq!(usage.on_day(&other, now()).await.unwrap(), ONE);
    assert_eq!(usage.on_day(&claude, later(24 * 3600)).await.unwrap(), Usage::default());
}

async fn usage_of_many_at_once_loses_nothing(fresh: Fresh) {
    let claude = "claude".parse().unwrap();
    let adding = (0..20).map(|_| {
        let (usage, claude): (_, domain::AuthorName) =
            (fresh.db.usage(), "claude".parse().unwrap());
        tokio::spawn(async move { usage.add(&claude, ONE, now()).await.unwrap() })
    });
    for done in adding.collect::<Vec<_>>() {
        done.await.unwrap();
    }
    assert_eq!(fresh.db.usage().on_day(&claude, now()).await.unwrap().tokens_in, 2_000);
}
