import type Docker from 'dockerode';
import { z } from 'zod';
import type { ChangePlan, Step } from '@/lib/contracts/change';
import { DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import { AppError } from '@/lib/contracts/error';
import { headroom } from '@/lib/diagnose/rules/docker/memory-proposal';
import {
  asSent,
  ContainerSettings,
  type FoundContainer,
  findContainer,
  pick,
  residentMemory,
  sameSettings,
  workingSetOf,
} from '../../docker/container-settings';
import { overrideFile } from '../../docker/override-file';
import { withDocker } from '../../docker/with-docker';
import { HalfDoneError } from '../../half-done';
import type { Carried, CommandOptimization, CommandSession, OptimizationMeta } from '../../types';

/** What a finding asks for. */
const Wanted = z.object({ container: z.string(), update: ContainerSettings });

const Machine = z.object({ memory: z.number(), cpus: z.number() });

const Facts = Wanted.extend({
  /** What the settings were before, as read at apply (before that, as the collector saw them). */
  previous: ContainerSettings,
  machine: Machine,
  /** The container that was changed; one made anew under the same name has settings of its own. */
  id: z.string().optional(),
  /** Its working set as the collector saw it, bytes. */
  watched: z.object({ workingSet: z.number(), at: z.iso.datetime() }).optional(),
  /** What its memory was at the first apply, bytes. */
  seen: z.object({ resident: z.number(), workingSet: z.number() }).optional(),
  /** It had the settings before this change, which then is not Ratchet's to undo. */
  preexisting: z.boolean().optional(),
});
type Facts = z.infer<typeof Facts>;

const meta: OptimizationMeta = {
  id: 'docker/update-container',
  title: 'Change limits of a container',
  kind: 'docker',
  risk: 'medium',
  locks: 'None. The container goes on running.',
  reversible: true,
  needsRestart: false,
};

/** Changes limits and restart policy of a container while it runs. */
export const updateContainer: CommandOptimization = {
  meta,
  runs: 'commands',

  propose(finding, snapshot) {
    const wanted = Wanted.safeParse(finding.facts).data;
    const seen = DockerSnapshot.safeParse(snapshot).data;
    const container = seen?.containers.find((c) => c.name === wanted?.container);
    if (!wanted || !seen || !container) return [];
    const previous = pick(
      {
        Memory: container.memoryLimit,
        MemorySwap: container.memorySwap,
        NanoCpus: container.nanoCpus,
        CpuQuota: container.cpuQuota,
        CpuShares: container.cpuShares,
        RestartPolicy: { Name: container.restartPolicy, MaximumRetryCount: 0 },
      },
      wanted.update,
    );
    const purpose = purposeOf(wanted.update, container.memoryLimit);
    const plan = {
      optimization: meta.id,
      key: `${meta.id}:${wanted.container}:${Object.keys(wanted.update).join(',')}`,
      title: titleOf(wanted.container, wanted.update),
      subject: wanted.container,
      why: finding.title,
      steps: [],
      inverse: [],
      risk: meta.risk,
      locks: meta.locks,
      reversible: true,
      needsRestart: false,
      facts: {},
      estimates: [],
      affects: [],
      ...(purpose === undefined ? {} : { purpose }),
      snippets: [
        {
          title: 'compose.override.yaml: keeps it when the container is made anew',
          text: overrideFile([
            { service: container.composeService ?? container.name, update: wanted.update },
          ]),
        },
      ],
    };
    const machine = { memory: seen.hostMemory, cpus: seen.hostCpus };
    const { workingSet } = container;
    const watched = workingSet === null ? undefined : { workingSet, at: seen.takenAt };
    return [planned(plan, { ...wanted, previous, machine, watched })];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    return withDocker(session, async (docker) => {
      const found = await present(docker, facts.container, session);
      const former = pick(found.settings, facts.update);
      if (sameSettings(former, facts.update)) {
        await session.skip(0, post(facts.container, facts.update).statement, 'it has these settings');
        return session.wasApplied ? {} : { plan: planned(plan, { ...facts, preexisting: true }) };
      }
      const used = async () =>
        facts.update.Memory !== undefined && found.running
          ? await residentMemory(docker, facts.container)
          : null;
      const before = await used();
      const seen = before === null ? undefined : await memorySeen(docker, facts, found.id, before);
      refuseTooLittle(facts, before, seen);
      const previous = session.wasApplied ? facts.previous : former;
      const recorded = planned(plan, { ...facts, previous, id: found.id, seen, preexisting: undefined });
      await session.record(recorded);
      await change(session, docker, facts.container, facts.update, asSent(previous, facts.machine));
      if (facts.update.Memory === undefined) return { plan: recorded };
      return { plan: recorded, measured: measuredOf(facts, former, { before, after: await used() }) };
    });
  },

  async rollback(session, plan) {
    const facts = Facts.parse(plan.facts);
    const back = asSent(facts.previous, facts.machine);
    const { statement } = post(facts.container, back);
    if (facts.preexisting) {
      await session.skip(0, statement, 'it had these settings before the change, and keeps them');
      return {};
    }
    return withDocker(session, async (docker) => {
      const found = await findContainer(docker, facts.container);
      if (!found || (facts.id !== undefined && found.id !== facts.id))
        await session.skip(0, statement, 'the container it changed is gone, and its settings with it');
      else if (sameSettings(pick(found.settings, back), back))
        await session.skip(0, statement, 'it has its former settings');
      else await change(session, docker, facts.container, back, facts.update);
      return {};
    });
  },

  async settle(session, plan, direction) {
    const facts = Facts.parse(plan.facts);
    const back = asSent(facts.previous, facts.machine);
    return withDocker(session, async (docker) => {
      const found = await findContainer(docker, facts.container);
      if (!found || (facts.id !== undefined && found.id !== facts.id))
        return { state: 'rolled-back', what: `The container ${facts.container} is gone: nothing is left.` };
      if (direction === 'apply' && sameSettings(pick(found.settings, facts.update), facts.update))
        return { state: 'applied', what: `${facts.container} had been changed: applied.` };
      const former = pick(found.settings, back);
      if (!sameSettings(former, back) && !sameSettings(former, facts.previous))
        await session.undo(0, post(facts.container, back).statement, 'a change that was interrupted', () =>
          carryOut(docker, facts.container, back),
        );
      return { state: 'rolled-back', what: `${facts.container} has its former settings.` };
    });
  },
};

/** Sends settings and reads them back; where they do not hold, the former ones are sent again. */
async function change(
  session: CommandSession,
  docker: Docker,
  container: string,
  settings: ContainerSettings,
  former: ContainerSettings,
): Promise<void> {
  try {
    await session.execute(0, post(container, settings).statement, () =>
      carryOut(docker, container, settings),
    );
  } catch (error) {
    // Refused before anything was sent.
    if (error instanceof AppError && error.code === 'cancelled') throw error;
    const why = error instanceof Error ? error.message : String(error);
    try {
      if (await findContainer(docker, container))
        await session.undo(0, post(container, former).statement, 'the settings did not hold', () =>
          carryOut(docker, container, former),
        );
    } catch (cause) {
      throw new HalfDoneError(
        `Changing ${container} on ${session.address} failed and could not be undone`,
        cause,
      );
    }
    throw new AppError(
      'conflict',
      `${container} on ${session.address}: ${why}. It has its former settings.`,
      {
        cause: error,
      },
    );
  }
}

async function carryOut(docker: Docker, name: string, settings: ContainerSettings): Promise<void> {
  const container = docker.getContainer(name);
  if (settings.Memory !== undefined && settings.MemorySwap === -1) {
    // On cgroup v1 memory cannot be raised past the old limit of both in the request that lifts that one.
    await container.update({ ...settings, MemorySwap: 2 * settings.Memory });
    await container.update({ MemorySwap: -1 });
  } else await container.update(settings);
  const found = await findContainer(docker, name);
  if (!found) throw new Error('it was removed meanwhile');
  const now = pick(found.settings, settings);
  if (!sameSettings(now, settings))
    throw new Error(`the engine took ${JSON.stringify(settings)} and then has ${JSON.stringify(now)}`);
}

async function present(docker: Docker, name: string, session: CommandSession): Promise<FoundContainer> {
  const found = await findContainer(docker, name);
  if (found) return found;
  throw new AppError(
    'conflict',
    `There is no container ${name} on ${session.address} any more. Diagnose again.`,
  );
}

/** A working set that was seen so lately need not be read: older engines take a second or two, and a trial applies often. */
const freshMs = 5 * 60_000;

/** At the first apply to a container; later ones go by what has become resident since. */
async function memorySeen(
  docker: Docker,
  { container, id, seen, watched }: Facts,
  foundId: string,
  resident: number,
): Promise<Facts['seen']> {
  if (seen && id === foundId) return seen;
  const fresh = watched && Date.now() - Date.parse(watched.at) < freshMs;
  const workingSet = fresh ? watched.workingSet : await workingSetOf(docker, container);
  return workingSet === null ? undefined : { resident, workingSet };
}

/**
 * A limit near what is in use would end a process at once. What counts against it is the working set; what its processes
 * have resident since then comes to it. `resident` in bytes; null for a container that does not run.
 */
function refuseTooLittle({ container, update }: Facts, resident: number | null, seen: Facts['seen']): void {
  if (update.Memory === undefined || resident === null) return;
  const inUse = seen ? seen.workingSet + Math.max(0, resident - seen.resident) : resident;
  if (update.Memory >= inUse + headroom) return;
  const mb = (n: number) => `${Math.round(n / 1e6)} MB`;
  throw new AppError(
    'conflict',
    `${container} uses ${mb(inUse)} now: a limit of ${mb(update.Memory)} is too low, for it leaves less than ${mb(headroom)} of room. Diagnose again.`,
  );
}

/** Reserved and used are two things: a container without a limit has all memory of its machine reserved. */
function measuredOf(
  { update, machine }: Facts,
  former: ContainerSettings,
  used: { before: number | null; after: number | null },
): NonNullable<Carried['measured']> {
  const reserved = former.Memory === undefined || former.Memory === 0 ? machine.memory : former.Memory;
  return [
    { label: 'memory reserved', before: reserved, after: update.Memory ?? null, unit: 'bytes' },
    { label: 'memory resident', ...used, unit: 'bytes' },
  ];
}

function purposeOf({ Memory, CpuShares }: ContainerSettings, formerLimit: number): string | undefined {
  if (Memory !== undefined && (formerLimit === 0 || Memory < formerLimit)) return 'to reserve less memory';
  return CpuShares === undefined ? undefined : 'to leave CPU to the other containers when it is short';
}

function titleOf(container: string, update: ContainerSettings): string {
  if (update.Memory !== undefined)
    return `Limit the memory of ${container} to ${Math.round(update.Memory / 2 ** 20)} MiB`;
  if (update.RestartPolicy !== undefined)
    return `Let ${container} give up after ${update.RestartPolicy.MaximumRetryCount} failures in a row`;
  if (update.CpuShares !== undefined)
    return `Let ${container} stand back with ${update.CpuShares} CPU shares when CPU is short`;
  return `Give ${container} more CPU`;
}

function planned(plan: ChangePlan, facts: Facts): ChangePlan {
  const { container, update, previous, machine } = facts;
  const steps = [post(container, update)];
  return { ...plan, steps, inverse: [post(container, asSent(previous, machine))], facts: { ...facts } };
}

function post(container: string, settings: ContainerSettings): Extract<Step, { kind: 'docker' }> {
  const path = `/containers/${container}/update`;
  const body = JSON.stringify(settings);
  return { kind: 'docker', statement: `POST ${path} ${body}`, method: 'POST', path, body };
}
