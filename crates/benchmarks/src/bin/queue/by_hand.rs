//! The floor of a job's whole life: a loop with as many writes as it has, and nothing else.

use futures::future::join_all;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::{WORKERS, finished, on_your_marks};

const SCHEMA: &str = "
    CREATE TABLE work (
        id bigserial PRIMARY KEY, provider text NOT NULL, stage text NOT NULL, source text,
        attempts text NOT NULL, logs text NOT NULL, script bigint, version bigint NOT NULL,
        fence bigint NOT NULL, owner text, expires timestamptz
    );
    CREATE INDEX work_ready ON work (id) WHERE stage <> 'done' AND expires IS NULL;
    CREATE TABLE made (
        id bigserial PRIMARY KEY, provider text NOT NULL, version bigint NOT NULL, source text NOT NULL,
        UNIQUE (provider, version)
    );";

const CLAIM: &str = "
    UPDATE work SET owner = $1, fence = fence + 1, expires = now() + interval '1 minute'
    WHERE id = (SELECT id FROM work WHERE stage <> 'done' AND expires IS NULL ORDER BY id LIMIT 1
                FOR UPDATE SKIP LOCKED)
    RETURNING id, fence, provider";

const STEP: &str = "
    UPDATE work SET stage = $3, source = $4, attempts = $5, logs = $6, script = $7, version = version + 1,
        expires = CASE WHEN $3 = 'done' THEN NULL ELSE expires END
    WHERE id = $1 AND fence = $2 AND expires > now()";

const SAVE: &str = "
    INSERT INTO made (provider, version, source)
    SELECT $1, coalesce(max(version), 0) + 1, $2 FROM made WHERE provider = $1 RETURNING id";

const SOURCE: &str = "function transform(input) { return input.payload; }";

async fn open(url: &str) -> PgPool {
    let connections = u32::try_from(WORKERS).unwrap();
    PgPoolOptions::new().max_connections(connections).connect(url).await.unwrap()
}

/// Makes the tables and what there is to do.
pub(crate) async fn fill(url: &str, jobs: u32) {
    let pool = open(url).await;
    sqlx::raw_sql(SCHEMA).execute(&pool).await.unwrap();
    sqlx::query(
        "INSERT INTO work (provider, stage, attempts, logs, version, fence) \
         SELECT 'till-' || n % 50, 'queued', '[]', '[]', 1, 0 FROM generate_series(1, $1) AS n",
    )
    .bind(i64::from(jobs))
    .execute(&pool)
    .await
    .unwrap();
}

/// Works until nothing is left.
pub(crate) async fn drive(url: &str) {
    let pool = open(url).await;
    let begun = on_your_marks();
    join_all((0..WORKERS).map(|number| work(&pool, number))).await;
    finished(begun);
}

async fn work(pool: &PgPool, number: usize) {
    let owner = format!("worker-{number}");
    while let Some((id, fence, provider)) = sqlx::query_as::<_, (i64, i64, String)>(CLAIM)
        .bind(&owner)
        .fetch_optional(pool)
        .await
        .unwrap()
    {
        let mut logs = String::from("[");
        for stage in ["gathering", "generating", "testing"] {
            logs.push_str(
                r#"{"at": "2026-01-01T00:00:00.000Z", "message": "the job took a step"},"#,
            );
            let source = (stage == "testing").then_some(SOURCE);
            step(
                pool,
                id,
                fence,
                Step { stage, source, attempts: "[]", logs: &logs, script: None },
            )
            .await;
        }
        let attempts = r#"[{"attempt": 1, "passed": true, "error": "", "outputCount": 1}]"#;
        let mut tx = pool.begin().await.unwrap();
        let lock = sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))");
        lock.bind(&provider).execute(&mut *tx).await.unwrap();
        let (script,): (i64,) =
            sqlx::query_as(SAVE).bind(&provider).bind(SOURCE).fetch_one(&mut *tx).await.unwrap();
        let source = Some(SOURCE);
        let done = Step { stage: "done", source, attempts, logs: &logs, script: Some(script) };
        step(&mut *tx, id, fence, done).await;
        tx.commit().await.unwrap();
    }
}

/// What a step writes.
struct Step<'s> {
    stage: &'s str,
    source: Option<&'s str>,
    attempts: &'s str,
    logs: &'s str,
    script: Option<i64>,
}

async fn step<'e>(db: impl sqlx::PgExecutor<'e>, id: i64, fence: i64, step: Step<'_>) {
    let Step { stage, source, attempts, logs, script } = step;
    let step = sqlx::query(STEP).bind(id).bind(fence).bind(stage).bind(source).bind(attempts);
    let written = step.bind(logs).bind(script).execute(db).await.unwrap();
    assert_eq!(written.rows_affected(), 1);
}
