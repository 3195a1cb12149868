// A process that runs the demo and nothing else, to be killed by a test. Arguments: data folder, scale.
import { demoServices } from '@/lib/services/demo';

const [, , dataDir = '', scale = '0.01'] = process.argv;
const services = demoServices({ dataDir, scale: Number(scale), say: (line) => console.log(line) });
for (const service of services) await service.start();
const api = services.find((s) => s.name === 'demo-api') as unknown as { pid: number };
console.log(
  `RUNNING ${JSON.stringify({ api: api.pid, targets: services.targets().map((t) => t.connection) })}`,
);
setInterval(() => undefined, 60_000);
