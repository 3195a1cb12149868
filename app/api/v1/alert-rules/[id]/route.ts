import { deleteRule, updateRule } from '@/lib/alert/rules';
import { route } from '@/lib/api/route';
import { AlertRuleInput } from '@/lib/contracts/alert';
import { IdPath } from '@/lib/contracts/api';

export const PUT = route(
  { role: 'operator', params: IdPath, body: AlertRuleInput },
  ({ store, actor, params, body }) => updateRule(store, actor, params.id, body),
);

export const DELETE = route({ role: 'operator', params: IdPath }, ({ store, actor, params }) =>
  deleteRule(store, actor, params.id),
);
