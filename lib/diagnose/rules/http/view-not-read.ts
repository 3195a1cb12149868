import { finding, severityByShare } from '../../finding';
import type { Rule } from '../../types';
import { type HttpContext, routesOf } from './types';

const id = 'http/view-not-read';

/** There is a materialized view that the service could read, and it works the result out anew each time. */
export const viewNotRead: Rule<HttpContext> = {
  meta: {
    id,
    title: 'A materialized view that is there and not read',
    kind: 'http',
    needs: ['a knob of the service that names the view it reads'],
    thresholds: [],
  },
  check({ target, snapshot, views }) {
    return {
      findings: (snapshot.knobs ?? []).flatMap((knob) => {
        const view = views.find((v) => v.name === knob.view);
        if (!view || knob.type !== 'boolean' || knob.value) return [];
        const { share } = view;
        return finding({
          id,
          severity: share === null ? 'medium' : severityByShare(share),
          target,
          subject: knob.name,
          title: `The service could read ${view.name} and does not`,
          detail: `${view.target} has this materialized view. The service says that it reads it when its knob ${knob.name} is on, which is off. Answers from it are as old as its last refresh.`,
          evidence: [
            { label: `knob ${knob.name}`, value: 'off', unit: '' },
            ...(share === null
              ? []
              : [
                  {
                    label: 'share of database time of the statement whose result it holds',
                    value: share,
                    unit: 'ratio',
                  },
                ]),
          ],
          weight: share ?? 0.1,
          optimizations: ['service/set-knobs'],
          facts: {
            values: { [knob.name]: true },
            endpoints: routesOf(knob, snapshot),
            ...(share === null ? {} : { gain: share }),
          },
        });
      }),
    };
  },
};
