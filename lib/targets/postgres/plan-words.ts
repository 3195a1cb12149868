import type { PlanStep } from '@/lib/contracts/plan';
import type { PlanNode } from './plan';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const text = (value: unknown): string | null => {
  const one = Array.isArray(value) ? value.join(', ') : value;
  return typeof one === 'string' && one !== '' ? one : null;
};

/** Why a step is the costliest of its plan, in words for someone who does not read plans every day. */
export function whyCostly(node: PlanNode, step: PlanStep): string {
  const share = `${Math.round(step.ownShare * 100)}% of the estimated cost is here`;
  const again =
    step.runs > 1
      ? ` It runs about ${whole.format(step.runs)} times, once for each row of the other side.`
      : '';
  return `${share}: ${reason(node)}${again}`;
}

function reason(node: PlanNode): string {
  const rows = `${whole.format(node['Plan Rows'])} ${node['Plan Rows'] === 1 ? 'row' : 'rows'}`;
  const relation = node['Relation Name'] ?? 'its input';
  const filter = text(node.Filter);
  switch (node['Node Type']) {
    case 'Seq Scan':
      return filter
        ? `it reads all of ${relation} to keep about ${rows} that fit ${filter}. An index that begins with the compared columns would let it read only those.`
        : `it reads all of ${relation}, about ${rows}, since every row is wanted. An index would not help; asking for fewer rows would.`;
    case 'Index Scan':
    case 'Index Only Scan':
      return filter
        ? `it finds rows of ${relation} by ${node['Index Name'] ?? 'an index'}, then throws away those that do not fit ${filter}. An index that holds those columns too would skip them.`
        : `it looks about ${rows} of ${relation} up by ${node['Index Name'] ?? 'an index'}, each at another place of the table.`;
    case 'Bitmap Heap Scan':
      return `it reads the pages of ${relation} that the index pointed to, about ${rows}.`;
    case 'Sort':
    case 'Incremental Sort':
      return `it sorts about ${rows} by ${text(node['Sort Key']) ?? 'its keys'}. An index in that order gives them sorted.`;
    case 'Hash Join':
      return `it joins two sets through a hash table of the smaller one, about ${rows} in the end.`;
    case 'Nested Loop':
      return `for each row of one side it looks into the other, about ${rows} in the end.`;
    case 'Merge Join':
      return `it walks two sorted sets side by side, about ${rows} in the end.`;
    case 'Aggregate':
      return `it puts the rows below into about ${whole.format(node['Plan Rows'])} ${node['Plan Rows'] === 1 ? 'group' : 'groups'}.`;
    case 'ModifyTable':
      return `it writes to ${relation}, with all of its indexes.`;
    default:
      return `the planner expects about ${rows} from this step.`;
  }
}
