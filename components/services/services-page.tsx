'use client';
import { useQuery } from '@tanstack/react-query';
import { serviceQuery } from '@/lib/client/queries/observe';
import { useUrlState } from '@/lib/client/use-url-state';
import { Warm } from '../changes/warm';
import { ObserveFrame } from '../observe/frame';
import { NotReadYet } from '../observe/parts';
import { RangePicker } from '../time/range-picker';
import { TimePanels } from '../time/time-panels';
import { Card } from '../ui/card';
import { Select } from '../ui/field';
import { Loaded } from '../ui/states';
import { Endpoints } from './endpoints';
import { KnobsCard } from './knobs';
import { servicePanels } from './panels';
import { Probe } from './probe';

/** An HTTP service: response times, throughput and errors, as a whole and by endpoint. */
export function ServicesPage() {
  return (
    <ObserveFrame kind="http" title="Services" actions={<RangePicker />}>
      {({ stack, target }) => <Service stack={stack} target={target.name} />}
    </ObserveFrame>
  );
}

function Service({ stack, target }: { stack: string; target: string }) {
  const query = useQuery(serviceQuery(stack, target));
  const [asked, setAsked] = useUrlState('endpoint', '');
  const endpoints = query.data?.endpoints.map((e) => e.name) ?? [];
  // An endpoint nobody calls at the moment is not in the newest reading, but its history is there.
  const options = asked === '' || endpoints.includes(asked) ? endpoints : [asked, ...endpoints];
  return (
    <>
      <div className="mb-2.5 flex flex-wrap items-center justify-between gap-2">
        <Select aria-label="Endpoint of the charts" value={asked} onChange={(e) => setAsked(e.target.value)}>
          <option value="">All endpoints together</option>
          {options.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
        <Warm stack={stack} target={target} of="routes" />
      </div>
      <TimePanels panels={servicePanels(target, asked)} stack={stack} className="mb-3 3xl:grid-cols-4" />
      <Loaded query={query} framed>
        {(view) =>
          view.takenAt === null ? (
            <Card>
              <NotReadYet />
            </Card>
          ) : (
            <div className="grid gap-3">
              <Endpoints view={view} onChoose={setAsked} />
              <KnobsCard view={view} stack={stack} />
              <Probe view={view} />
            </div>
          )
        }
      </Loaded>
    </>
  );
}
