// Runs a script in a fresh `node:vm` context each time: node node_vm.js SCRIPT INPUT SECONDS
const fs = require('fs');
const vm = require('vm');
const [, , script, inputFile, seconds] = process.argv;
const source = fs.readFileSync(script, 'utf8');
const input = fs.readFileSync(inputFile, 'utf8');
const call = new vm.Script('JSON.stringify(transform(JSON.parse(text), {}))');

function once(program) {
  const context = vm.createContext({ text: input });
  program.runInContext(context);
  return call.runInContext(context);
}
const now = () => Number(process.hrtime.bigint()) / 1e3;
const began = now();
const program = new vm.Script(source, { filename: 'script.js' });
const output = once(program);
const first = now() - began;
const times = [];
const end = now() + Number(seconds) * 1e6;
while (now() < end) {
  const start = now();
  once(program);
  times.push(now() - start);
}
times.sort((a, b) => a - b);
const sum = times.reduce((a, b) => a + b, 0);
console.log(JSON.stringify({ first, quick: times[Math.floor(times.length / 20)], median: times[times.length >> 1], perSecond: times.length / sum * 1e6, bytes: output.length }));
