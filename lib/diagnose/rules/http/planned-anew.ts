import { finding } from '../../finding';
import type { Rule } from '../../types';
import type { PlanningTime } from '../../workload/planning-time';
import { type HttpContext, routesOf, switchedOff } from './types';

const id = 'http/statements-planned-anew';
const knob = 'prepared_statements';
/** Share of planning in the time of a statement. */
const least = 0.2;
/** Share of the calls that go to such statements. */
const leastCalls = 0.5;
/** Fewer calls say little of what the service sends. */
const fewest = 100;

/** The service has its database plan the same statements again and again, and that takes much of their time. */
export const plannedAnew: Rule<HttpContext> = {
  meta: {
    id,
    title: 'Statements planned anew each time',
    kind: 'http',
    needs: [`a knob "${knob}" of the service`, 'pg_stat_statements in its database'],
    thresholds: [
      {
        name: 'share of planning in the time of a statement',
        value: least,
        unit: 'ratio',
        source: 'Ratchet',
      },
      { name: 'share of the calls that go to such', value: leastCalls, unit: 'ratio', source: 'Ratchet' },
      { name: 'calls of such statements', value: fewest, unit: '', source: 'Ratchet' },
    ],
  },
  check({ target, snapshot, planning }) {
    const offered = switchedOff(snapshot, knob);
    // A connection that is closed after each request has nothing to keep a plan for.
    if (!offered || switchedOff(snapshot, 'pooling')) return { findings: [] };
    if (planning.length === 0)
      return {
        findings: [],
        cannotCheck: [
          {
            id,
            target,
            reason: 'No statement of a database of this stack could be planned to measure it.',
            enable: 'Add the database of the service to the stack, with pg_stat_statements.',
          },
        ],
      };
    const mostlyPlanned = planning.filter((p) => p.planningMs >= least * (p.planningMs + p.meanMs));
    const calls = sum(mostlyPlanned, () => 1);
    const ofCalls = calls / sum(planning, () => 1);
    if (calls < fewest || !(ofCalls >= leastCalls)) return { findings: [] };
    const planned = sum(mostlyPlanned, (p) => p.planningMs);
    const carriedOut = sum(mostlyPlanned, (p) => p.meanMs);
    const share = planned / (planned + carriedOut);
    return {
      findings: [
        finding({
          id,
          severity: share >= 0.5 ? 'medium' : 'low',
          target,
          subject: knob,
          title: `Planning takes ${Math.round(share * 100)} % of the time of statements that are called most`,
          detail:
            'The service sends each statement to be planned anew, as its knob says. A prepared statement is planned once for each connection. Planning was measured by planning them now; carrying out is the mean that the server counted.',
          evidence: [
            { label: 'share of planning', value: share, unit: 'ratio' },
            { label: 'planning, mean', value: planned / calls, unit: 'ms' },
            { label: 'carrying out, mean', value: carriedOut / calls, unit: 'ms' },
            { label: 'calls of these statements', value: calls, unit: '' },
            { label: 'share of the calls looked at', value: ofCalls, unit: 'ratio' },
            { label: `knob ${knob}`, value: 'off', unit: '' },
          ],
          weight: share / 4,
          optimizations: ['service/set-knobs'],
          facts: { values: { [knob]: true }, endpoints: routesOf(offered, snapshot) },
        }),
      ],
    };
  },
};

/** Over all calls of the statements. */
const sum = (statements: readonly PlanningTime[], ofOne: (p: PlanningTime) => number) =>
  statements.reduce((total, p) => total + p.calls * ofOne(p), 0);
