// Fetches and completes jobs one by one with pg-boss: node pg_boss.mjs URL JOBS WORKERS
import { createRequire } from "node:module";
const require = createRequire(`${process.cwd()}/`);
const PgBoss = require("pg-boss");
const [, , url, jobs, workers] = process.argv;

const boss = new PgBoss({ connectionString: url, max: Number(workers) + 2, supervise: false, schedule: false });
boss.on("error", (error) => { throw error; });
await boss.start();
await boss.createQueue("noop");
for (let from = 0; from < Number(jobs); from += 1000) {
  await boss.insert(Array.from({ length: Math.min(1000, jobs - from) }, (_, n) => ({ name: "noop", data: { n } })));
}
// Its own loop waits half a second between two batches, whatever their size: its calls are what counts.
async function work() {
  for (;;) {
    const [job] = await boss.fetch("noop", { batchSize: 1 });
    if (!job) return;
    await boss.complete("noop", job.id);
  }
}
const began = process.hrtime.bigint();
await Promise.all(Array.from({ length: Number(workers) }, work));
console.log(Number(process.hrtime.bigint() - began) / 1e9);
await boss.stop({ graceful: false });
process.exit(0);
