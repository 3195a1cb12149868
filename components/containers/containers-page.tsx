'use client';
import { useQuery } from '@tanstack/react-query';
import { count, figureText, plural } from '@/lib/client/format';
import { containersQuery } from '@/lib/client/queries/observe';
import { useUrlState } from '@/lib/client/use-url-state';
import type { ContainersView } from '@/lib/contracts/containers';
import { ObserveFrame } from '../observe/frame';
import { FilterBox, holds, NotReadYet, ReadAgo } from '../observe/parts';
import { RangePicker } from '../time/range-picker';
import { TimePanels } from '../time/time-panels';
import { Card } from '../ui/card';
import { Empty, Loaded } from '../ui/states';
import { ContainerTable } from './container-table';
import { containerPanels } from './panels';
import { Space } from './space';

/** The containers of a Docker engine: what each uses against what it may, and what went wrong with it. */
export function ContainersPage() {
  return (
    <ObserveFrame kind="docker" title="Containers" actions={<RangePicker />}>
      {({ stack, target }) => (
        <>
          <TimePanels panels={containerPanels(target.name)} stack={stack} className="mb-3" />
          <Containers stack={stack} target={target.name} />
        </>
      )}
    </ObserveFrame>
  );
}

function Containers({ stack, target }: { stack: string; target: string }) {
  const query = useQuery(containersQuery(stack, target));
  const [filter, setFilter] = useUrlState('q', '');
  return (
    <Loaded query={query} framed>
      {(view) => {
        const shown = view.containers.filter((c) =>
          holds(`${c.name} ${c.image} ${c.project} ${c.state}`, filter),
        );
        const groups = byProject(shown);
        return (
          <div className="grid gap-3">
            <Card title="Containers" note={<ReadAgo at={view.takenAt} />}>
              {view.takenAt === null ? (
                <NotReadYet />
              ) : view.containers.length === 0 ? (
                <Empty title="This engine has no containers">
                  One that is started is listed here within a minute.
                </Empty>
              ) : (
                <>
                  <div className="mb-2.5 flex flex-wrap items-center justify-between gap-2">
                    <FilterBox value={filter} onChange={setFilter} what="containers" />
                    <span className="text-xs text-ink3">{summary(view)}</span>
                  </div>
                  {shown.length === 0 && (
                    <Empty title="No container has these words">Fewer or other words show more.</Empty>
                  )}
                  <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
                    {groups.map(([project, containers]) => (
                      <section key={project ?? ''} aria-label={project ?? 'Not of a compose project'}>
                        {groups.length > 1 && (
                          <h3 className="mb-1 text-xs font-medium text-ink2">
                            {project === null ? 'Not of a compose project' : `Compose project ${project}`}
                          </h3>
                        )}
                        <ContainerTable
                          caption={project === null ? 'Containers' : `Containers of ${project}`}
                          containers={containers}
                        />
                      </section>
                    ))}
                  </div>
                  {view.notInspected > 0 && (
                    <p className="pt-2.5 text-xs text-ink3">
                      and {plural(view.notInspected, 'container')} more, beyond the most that are inspected
                    </p>
                  )}
                </>
              )}
            </Card>
            {view.space && <Space space={view.space} />}
          </div>
        );
      }}
    </Loaded>
  );
}

function summary(view: ContainersView): string {
  const running = view.containers.filter((c) => c.state === 'running').length;
  return [
    `${count(running)} of ${count(view.containers.length)} run`,
    view.hostCpus === null ? '' : plural(view.hostCpus, 'core'),
    view.hostMemory === null ? '' : `${figureText(view.hostMemory, 'bytes')} memory`,
    view.cgroupVersion === null ? '' : `cgroup v${view.cgroupVersion}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Containers by compose project, by name; those without one last. */
export function byProject<T extends { project: string | null }>(
  containers: readonly T[],
): [string | null, T[]][] {
  const groups = new Map<string | null, T[]>();
  for (const container of containers) {
    const members = groups.get(container.project);
    if (members) members.push(container);
    else groups.set(container.project, [container]);
  }
  return [...groups].sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : a.localeCompare(b)));
}
