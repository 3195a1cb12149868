import { addRule, listRules } from '@/lib/alert/rules';
import { route } from '@/lib/api/route';
import { AlertRuleInput } from '@/lib/contracts/alert';

export const GET = route({ role: 'viewer' }, ({ store }) => listRules(store));

export const POST = route({ role: 'operator', body: AlertRuleInput }, ({ store, actor, body }) =>
  addRule(store, actor, body),
);
