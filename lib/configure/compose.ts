import { z } from 'zod';
import type { ConfigEntry, ConfigFile } from '@/lib/contracts/configuration';
import type { DockerContainer, DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import type { Finding } from '@/lib/contracts/finding';
import { bytes } from '@/lib/diagnose/finding';
import { memoryFacts, memoryOf, shortestWindow } from '@/lib/diagnose/rules/docker/memory-proposal';
import { limitOf, type MemoryWindow, running } from '@/lib/diagnose/rules/docker/types';
import { ContainerSettings } from '@/lib/optimize/docker/container-settings';
import { composeFields } from '@/lib/optimize/docker/override-file';
import { asEnvironment, boundsHeap, nodeHeap } from './node-heap';
import { commented, inFileName, windowText, yamlKey } from './text';

/** What the compose overrides of an engine are made from. */
export interface DockerFacts {
  target: string;
  snapshot: DockerSnapshot;
  /** Working sets over the last 7 days, by container. */
  memory: ReadonlyMap<string, MemoryWindow>;
  /** Node containers that were made anew with a bounded heap: working sets before and since. */
  remade: ReadonlyMap<string, { before: MemoryWindow; since: MemoryWindow }>;
  /** Its open findings, with their facts. */
  findings: readonly Finding[];
  /** Settings that an applied change has set, by container; they end with the container. */
  applied: readonly { container: string; update: ContainerSettings }[];
}

const Wanted = z.object({ container: z.string(), update: ContainerSettings });
const Applied = 'docker/update-container';

interface Line extends ConfigEntry {
  service: string;
  field: string;
}

/**
 * One compose override a project, with the limits that its containers' findings and the working sets of the last 7 days
 * ask for. Containers that compose did not start are together in one of their own.
 */
export function composeFiles(facts: DockerFacts): ConfigFile[] {
  const { target, snapshot } = facts;
  const alive = running(snapshot);
  const projects = [...new Set(alive.map((c) => c.composeProject))].toSorted((a, b) =>
    (a ?? '\uffff').localeCompare(b ?? '\uffff'),
  );
  if (projects.length === 0) projects.push(null);
  return projects.map((project) => {
    const containers = alive.filter((c) => c.composeProject === project);
    const lines = greatest(containers.flatMap((c) => linesOf(facts, c)));
    const isEmpty = lines.length === 0;
    const entries = lines.map(({ service: _, field: __, ...entry }) => entry);
    const of = inFileName(project === null ? target : `${target}.${project}`);
    return {
      name: `${of}.compose.override.yaml`,
      title:
        project === null
          ? `Compose override for containers on ${target} that compose did not start`
          : `Compose override for the project ${project} on ${target}`,
      target,
      comparedAt: snapshot.takenAt,
      entries,
      text: isEmpty ? null : overrideText(lines),
      nothing: isEmpty ? whyNothing(facts, containers) : null,
      inverse: null,
      notes: [
        ...(isEmpty ? [] : kept(facts, containers)),
        ...heapNotes(facts, containers),
        ...(project === null && !isEmpty
          ? ['These containers have no compose project: the names of the containers stand for services.']
          : []),
      ],
    };
  });
}

function overrideText(lines: readonly Line[]): string {
  const services = [...new Set(lines.map((l) => l.service))];
  const body = services.flatMap((service) => [
    `  ${yamlKey(service)}:`,
    ...lines
      .filter((l) => l.service === service)
      .flatMap((l) => [...commented('#', l), `${l.field}: ${l.proposed}`].map((text) => `    ${text}`)),
  ]);
  return ['services:', ...body, ''].join('\n');
}

function linesOf(facts: DockerFacts, c: DockerContainer): Line[] {
  const { snapshot, findings, applied } = facts;
  const service = c.composeService ?? c.name;
  const lines: Line[] = [];
  const put = (update: ContainerSettings, source: string, why: string) => {
    const present = new Map(composeFields(settingsOf(c)));
    for (const [field, proposed] of composeFields(update)) {
      const runs = present.get(field) ?? null;
      if (lines.some((l) => l.field === field)) continue;
      if (runs === proposed && source !== Applied) continue;
      lines.push({ name: `services.${service}.${field}`, service, field, runs, proposed, source, why });
    }
  };
  const seen = memoryOf(facts, c);
  const measured = seen
    ? `working set over ${windowText(seen.window.seconds)}: p99 ${bytes(seen.window.p99)}, peak ${bytes(seen.window.peak)}; max(p99 × 1.5, peak × 1.2), at least 64 MiB above now`
    : null;
  for (const f of findings.filter((one) => one.subject === c.name)) {
    const wanted = f.optimizations.includes(Applied) ? Wanted.safeParse(f.facts).data : undefined;
    if (wanted?.container !== c.name) continue;
    const why = wanted.update.Memory !== undefined && measured ? measured : f.title;
    put(wanted.update, f.id, why);
  }
  // A container without any limit gets one from what was measured, also where its finding is muted or not yet recorded.
  if (limitOf(c, snapshot) === null && seen && measured)
    put(memoryFacts(c, seen.limit).update, 'docker.memory, measured', measured);
  for (const one of applied.filter((a) => a.container === c.name)) {
    const same = Object.fromEntries(
      Object.entries(one.update).filter(
        ([key, value]) =>
          JSON.stringify(value) === JSON.stringify(settingsOf(c)[key as keyof ContainerSettings]),
      ),
    );
    put(
      ContainerSettings.parse(same),
      Applied,
      'a change that is applied holds until the container is made anew; this line keeps it',
    );
  }
  const heap = heapLine(
    c,
    service,
    Number(lines.find((l) => l.field === 'mem_limit')?.proposed ?? limitOf(c, snapshot)),
  );
  return heap ? [...lines, heap] : lines;
}

/** Heap flags of a container that runs Node and has, or is to have, a memory limit (bytes; 0 for none). */
function heapLine(c: DockerContainer, service: string, limit: number): Line | null {
  const heap = c.node && limit > 0 ? nodeHeap(limit, c.node.options) : null;
  if (!c.node || !heap) return null;
  return {
    name: `services.${service}.environment.NODE_OPTIONS`,
    ...{ service, field: 'environment', source: 'command of the container: Node', why: heap.why },
    runs: c.node.options === '' ? 'NODE_OPTIONS is not set' : asEnvironment(c.node.options),
    proposed: asEnvironment(heap.options),
  };
}

/** What came of a bounded heap, where a container was made anew with one: measured before and since. */
function heapNotes({ remade }: DockerFacts, containers: readonly DockerContainer[]): string[] {
  return containers.flatMap(({ name, node }) => {
    const seen = remade.get(name);
    if (!seen || !node || !boundsHeap(node.options)) return [];
    const { before, since } = seen;
    return [
      `${name} was made anew with NODE_OPTIONS ${node.options}: p99 of its working set is ${bytes(since.p99)} since (${windowText(since.seconds)}), and was ${bytes(before.p99)} before (${windowText(before.seconds)}). Measured one after the other, so the load may have differed.`,
    ];
  });
}

/** Containers of one service share its lines: the one that needs most decides. */
function greatest(lines: readonly Line[]): Line[] {
  const found = new Map<string, Line>();
  for (const line of lines) {
    const known = found.get(line.name);
    if (!known || Number(line.proposed) > Number(known.proposed)) found.set(line.name, line);
  }
  return [...found.values()];
}

/** The settings that run, as the engine tells them; what is not set is left out. */
function settingsOf(c: DockerContainer): ContainerSettings {
  return {
    ...(c.memoryLimit > 0 ? { Memory: c.memoryLimit } : {}),
    ...(c.memorySwap !== 0 ? { MemorySwap: c.memorySwap } : {}),
    ...(c.nanoCpus > 0 ? { NanoCpus: c.nanoCpus } : {}),
    ...(c.cpuQuota > 0 ? { CpuQuota: c.cpuQuota } : {}),
    ...(c.cpuShares > 0 ? { CpuShares: c.cpuShares } : {}),
    ...(c.restartPolicy ? { RestartPolicy: { Name: c.restartPolicy, MaximumRetryCount: 0 } } : {}),
  };
}

/** What is said of containers that get no line of memory. */
function kept(facts: DockerFacts, containers: readonly DockerContainer[]): string[] {
  return containers.flatMap((c) => {
    const limit = limitOf(c, facts.snapshot);
    const seen = memoryOf(facts, c);
    if (!seen)
      return [
        `${c.name}: no limit is proposed, as its working set was watched for less than ${shortestWindow / 60} minutes.`,
      ];
    if (limit === null || linesOf(facts, c).some((l) => l.field === 'mem_limit')) return [];
    return [
      `${c.name} keeps its limit of ${bytes(limit)}: p99 of its working set is ${bytes(seen.window.p99)} over ${windowText(seen.window.seconds)}.`,
    ];
  });
}

function whyNothing(facts: DockerFacts, containers: readonly DockerContainer[]): string {
  if (containers.length === 0) return 'No container runs.';
  return ['No finding and no measurement asks for another limit.', ...kept(facts, containers)].join(' ');
}
