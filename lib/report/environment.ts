import { availableParallelism, totalmem } from 'node:os';
import { DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import type { ReportDocument } from '@/lib/contracts/report';
import { designOf, findTrial } from '@/lib/prove/trial/rows';
import { plain } from '@/lib/prove/verdict/format';
import type { Store } from '@/lib/store/client';

/** What it was measured with and on: machine of the generator, hosts of containers, settings of the last trial. */
export async function environment(
  store: Store,
  input: { stack: string; trialIds: readonly number[] },
): Promise<ReportDocument['environment']> {
  const last = input.trialIds.at(-1);
  const settings = last === undefined ? null : designOf(await findTrial(store, last)).settings;
  const lines = [
    { label: 'Measured from', value: `Node ${process.versions.node}, ${process.platform} ${process.arch}` },
    { label: 'Processors', value: String(availableParallelism()) },
    { label: 'Memory', value: `${Math.round(totalmem() / 2 ** 20)} MB` },
  ];
  lines.push(...(await dockerHosts(store, input.stack)));
  if (settings) {
    lines.push(
      { label: 'Clients', value: String(settings.clients) },
      { label: 'Rounds', value: String(settings.rounds) },
      { label: 'Segment', value: `${settings.segmentSeconds} s` },
      { label: 'Margin', value: `±${plain(settings.margin * 100)} %` },
    );
  }
  return lines;
}

const Host = DockerSnapshot.pick({ hostCpus: true, hostMemory: true });

async function dockerHosts(store: Store, stack: string): Promise<ReportDocument['environment']> {
  const rows = await store.db.snapshot.findMany({
    where: { collector: 'docker', target: { stack: { name: stack } } },
    select: { data: true, target: { select: { name: true } } },
    orderBy: { targetId: 'asc' },
  });
  return rows.flatMap(({ data, target }) => {
    const host = Host.safeParse(data).data;
    return host
      ? [
          {
            label: `Host of ${target.name}`,
            value: `${host.hostCpus} processors, ${Math.round(host.hostMemory / 2 ** 20)} MB`,
          },
        ]
      : [];
  });
}
