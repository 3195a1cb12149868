import { tryRule } from '@/lib/alert/history';
import { route } from '@/lib/api/route';
import { AlertRuleInput } from '@/lib/contracts/alert';

export const POST = route({ role: 'viewer', body: AlertRuleInput }, ({ store, body }) =>
  tryRule(store, body),
);
