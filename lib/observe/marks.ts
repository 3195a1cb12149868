import type { MarksQuery, StackMark } from '@/lib/contracts/marks';
import type { Store } from '@/lib/store/client';

/** Most marks of each kind; a chart has no room for more. */
const most = 100;

/**
 * What was done to a stack in a span of time, oldest first: trials, load tests and alerts with begin and end, and changes that a
 * person or a pass applied or rolled back. The switching of a change inside its own trial is part of that trial and no mark.
 */
export async function stackMarks(store: Store, { stack, from, to }: MarksQuery): Promise<StackMark[]> {
  const [trials, switched, fired, loads] = await Promise.all([
    store.pool.query<TrialRow>(
      `SELECT t.id, t.title, t.state, t.started_at AS at, t.finished_at AS until, t.verdict->>'verdict' AS outcome, t.decision
       FROM trial t JOIN stack k ON k.id = t.stack_id
       WHERE k.name = $1 AND t.started_at <= $3 AND coalesce(t.finished_at, $3) >= $2
       ORDER BY t.started_at DESC LIMIT $4`,
      [stack, from, to, most],
    ),
    store.pool.query<ChangeRow>(
      `SELECT c.id, c.title, j.direction, max(j.at) AS at
       FROM journal_entry j JOIN change c ON c.id = j.change_id JOIN target g ON g.id = c.target_id
         JOIN stack k ON k.id = g.stack_id
       WHERE k.name = $1 AND j.phase = 'after' AND j.at BETWEEN $2 AND $3
         AND NOT EXISTS (SELECT FROM trial t WHERE t.started_at <= j.at AND coalesce(t.finished_at, 'infinity') >= j.at
           AND (t.change_id = c.id OR t.design->'changes' @> jsonb_build_array(jsonb_build_object('id', c.id))))
       GROUP BY c.id, c.title, j.direction, date_bin('1 minute', j.at, 'epoch'::timestamptz)
       ORDER BY max(j.at) DESC LIMIT $4`,
      [stack, from, to, most],
    ),
    store.pool.query<AlertRow>(
      `SELECT r.name AS rule, g.name AS target, a.label, e.at, n.at AS until
       FROM alert_event e JOIN alert a ON a.id = e.alert_id JOIN alert_rule r ON r.id = a.rule_id
         JOIN target g ON g.id = a.target_id JOIN stack k ON k.id = g.stack_id
         LEFT JOIN LATERAL (SELECT at FROM alert_event WHERE alert_id = a.id AND id > e.id ORDER BY id LIMIT 1) n ON true
       WHERE k.name = $1 AND e."to" = 'firing' AND e.at <= $3 AND coalesce(n.at, $3) >= $2
       ORDER BY e.at DESC LIMIT $4`,
      [stack, from, to, most],
    ),
    store.pool.query<LoadRow>(
      `SELECT t.id, t.title, t.state, t.outcome, t.started_at AS at, t.finished_at AS until
       FROM load_test t JOIN stack k ON k.id = t.stack_id
       WHERE k.name = $1 AND t.started_at <= $3 AND coalesce(t.finished_at, $3) >= $2
       ORDER BY t.started_at DESC LIMIT $4`,
      [stack, from, to, most],
    ),
  ]);
  const marks = [
    ...trials.rows.map(trialMark),
    ...switched.rows.map(changeMark),
    ...fired.rows.map(alertMark),
    ...loads.rows.map(loadMark),
  ];
  return marks.sort((a, b) => a.at.localeCompare(b.at));
}

interface TrialRow {
  id: number;
  title: string;
  state: string;
  at: Date;
  until: Date | null;
  outcome: string | null;
  decision: string | null;
}

interface LoadRow {
  id: number;
  title: string;
  state: string;
  outcome: string | null;
  at: Date;
  until: Date | null;
}

interface AlertRow {
  rule: string;
  target: string;
  label: string;
  at: Date;
  until: Date | null;
}

interface ChangeRow {
  id: number;
  title: string;
  direction: string;
  at: Date;
}

function trialMark(row: TrialRow): StackMark {
  const running = row.state === 'running' || row.state === 'queued';
  const said = [row.outcome?.replace('-', ' '), row.decision?.replace('-', ' ')].filter(Boolean);
  return {
    kind: 'trial',
    at: row.at.toISOString(),
    to: row.until?.toISOString() ?? null,
    running,
    title: row.title,
    note: running ? 'trial running' : `trial: ${said.length > 0 ? said.join(', ') : row.state}`,
    path: `/trials/${row.id}`,
  };
}

function loadMark(row: LoadRow): StackMark {
  const running = row.state === 'running' || row.state === 'queued';
  return {
    kind: 'load-test',
    at: row.at.toISOString(),
    to: row.until?.toISOString() ?? null,
    running,
    title: row.title,
    note: running ? 'load test running' : `load test: ${(row.outcome ?? row.state).replace('-', ' ')}`,
    path: `/load/${row.id}`,
  };
}

function alertMark(row: AlertRow): StackMark {
  return {
    kind: 'alert',
    at: row.at.toISOString(),
    to: row.until?.toISOString() ?? null,
    running: row.until === null,
    title: `${row.rule} (${`${row.target} ${row.label}`.trim()})`,
    note: row.until === null ? 'alert firing' : 'alert fired',
    path: '/alerts?tab=history',
  };
}

function changeMark(row: ChangeRow): StackMark {
  const applied = row.direction === 'apply';
  return {
    kind: applied ? 'applied' : 'rolled-back',
    at: row.at.toISOString(),
    to: null,
    running: false,
    title: row.title,
    note: applied ? 'applied' : 'rolled back',
    path: `/changes/${row.id}`,
  };
}
