// Runs no-op jobs with graphile-worker: node graphile.mjs URL JOBS WORKERS
import { createRequire } from "node:module";
const require = createRequire(`${process.cwd()}/`);
const { makeWorkerUtils, run, Logger } = require("graphile-worker");
const { Pool } = require("pg");
const [, , url, jobs, workers] = process.argv;
const quiet = new Logger(() => () => {});

const utils = await makeWorkerUtils({ connectionString: url, logger: quiet });
await utils.migrate();
const pool = new Pool({ connectionString: url, max: Number(workers) + 2 });
await pool.query(
  "SELECT graphile_worker.add_jobs(array_agg(('noop', json_build_object('n', n), null, null, null, null, null, null)::graphile_worker.job_spec)) FROM generate_series(1, $1) AS n",
  [jobs],
);
let done = 0;
const began = process.hrtime.bigint();
const runner = await run({
  pgPool: pool, concurrency: Number(workers), pollInterval: 1000, logger: quiet, noHandleSignals: true,
  taskList: { noop: () => { done += 1; } },
});
const left = async () => (await pool.query("SELECT count(*)::int AS left FROM graphile_worker._private_jobs")).rows[0].left;
while (done < Number(jobs) || (await left()) > 0) await new Promise((go) => setTimeout(go, 5));
console.log(Number(process.hrtime.bigint() - began) / 1e9);
await runner.stop();
await utils.release();
await pool.end();
