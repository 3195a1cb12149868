import { judgeRecord } from '../lib/prove/verdict/judge';
import { simulateRecord } from '../test/simulate';

const n = Number(process.argv[2] ?? 200);
function run(label: string, o: Omit<Parameters<typeof simulateRecord>[0], 'seed'>) {
  const t0 = performance.now();
  const count: Record<string, number> = {};
  let cover = 0;
  const half: number[] = [];
  for (let s = 1; s <= n; s++) {
    const v = judgeRecord(simulateRecord({ ...o, seed: s }));
    count[v.verdict] = (count[v.verdict] ?? 0) + 1;
    const truth = o.effect ?? 1;
    if (v.low <= truth && truth <= v.high) cover++;
    half.push(Math.log(v.high / v.low) / 2);
  }
  half.sort((a, b) => a - b);
  console.log(
    label.padEnd(40),
    JSON.stringify(count),
    'cover',
    ((100 * cover) / n).toFixed(1),
    'half',
    half[n >> 1]!.toFixed(4),
    'ms',
    Math.round((performance.now() - t0) / n),
  );
}
const g = { endpoint: 'GET /e0', metric: 'p50' as const };
run('AA R10 1ep', { rounds: 10 });
run('AA R12 1ep goal', { rounds: 12, goal: g });
run('AA R20 1ep', { rounds: 20 });
run('AA R20 5ep nogoal', { rounds: 20, endpoints: 5 });
run('AA R12 5ep goal', { rounds: 12, endpoints: 5, goal: g });
run('AA R20 5ep nogoal common load', { rounds: 20, endpoints: 5, ownLoad: 0 });
run('AA R20 5ep errors', { rounds: 20, endpoints: 5, errorRate: 0.02, goal: g });
run('-10 R20 1ep', { rounds: 20, effect: 0.9 });
run('-10 R20 5ep', { rounds: 20, effect: 0.9, endpoints: 5 });
run('-10 R20 5ep common', { rounds: 20, effect: 0.9, endpoints: 5, ownLoad: 0 });
run('-10 R20 5ep goal', { rounds: 20, effect: 0.9, endpoints: 5, goal: g });
run('-10 R20 10ep goal', { rounds: 20, effect: 0.9, endpoints: 10, goal: g });
run('-10 R10 1ep', { rounds: 10, effect: 0.9 });
