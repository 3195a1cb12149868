import type { LeadLine, LeadView } from '@/lib/contracts/lead';
import type { ReportDocument } from '@/lib/contracts/report';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import { plain } from '@/lib/prove/verdict/format';
import { measured } from '../words';
import { firstLines } from './gains';

/** How the service does under load, a sentence or two a test; no part where the report has no load test. */
export function loadPart({ loadTests = [] }: Pick<ReportDocument, 'loadTests'>): LeadView['parts'] {
  if (loadTests.length === 0) return [];
  return [
    {
      title: 'How it does under load',
      lines: firstLines(loadTests.map((test): LeadLine => ({ text: loadLine(test), trial: null }))),
    },
  ];
}

function loadLine({ title, figures }: ReportLoadTest): string {
  const p95 = figures?.total.p95 ?? null;
  if (!figures || p95 === null) return `${title}: nothing was measured.`;
  const { stages, total, grade, exhausted } = figures;
  const load = stages === null ? '' : ` (${stages})`;
  const said = [
    `${title}${load}: 95 of 100 answers came within ${measured(p95, 'ms')}, ${failed(total.errorRate)}.`,
  ];
  if (exhausted.some((e) => e.what === 'generator'))
    said.push('What sent the requests was itself the limit, so this says little of the service.');
  else if (grade.letter !== null && grade.attainment !== null && grade.objectiveMs !== null)
    said.push(
      `Grade ${grade.letter}: ${plain(grade.attainment * 100)} of 100 requests kept the goal of ${measured(grade.objectiveMs, 'ms')}.`,
    );
  const [first] = exhausted.filter((e) => e.what !== 'generator');
  if (first) said.push(`First at its bound: ${bounds[first.what]}, after ${plain(first.at)} s.`);
  return said.join(' ');
}

const failed = (rate: number | null) =>
  rate === null || rate === 0 ? 'none failed' : `${plain(rate * 100)} of 100 requests failed`;

const bounds: Record<NonNullable<ReportLoadTest['figures']>['exhausted'][number]['what'], string> = {
  generator: 'what sent the requests',
  errors: 'requests began to fail',
  latency: 'answers took longer than the goal',
  cpu: 'the processors',
  'cpu-limit': 'the processor limit of a container',
  memory: 'the memory of a container',
  connections: 'the connections of the database',
  locks: 'locks in the database',
  'cache-memory': 'the memory of the cache',
};
