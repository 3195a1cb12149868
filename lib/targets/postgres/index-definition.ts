import type { IndexShape } from '@/lib/contracts/index-shape';
import { displayIdentifier } from './quote';

/** Key columns of an index as SQL: names quoted where needed, expressions in parentheses, operator class behind. */
export function keyListSql(shape: Pick<IndexShape, 'columns' | 'expressions' | 'opclass'>): string {
  return shape.columns
    .map((column, i) => {
      const key = shape.expressions.includes(i) ? `(${column})` : displayIdentifier(column);
      return shape.opclass === null ? key : `${key} ${shape.opclass}`;
    })
    .join(', ');
}

/** All of an index that stands behind its name in CREATE INDEX: `ON schema.table USING … (…) INCLUDE (…) WHERE …`. */
export function indexBodySql(shape: IndexShape): string {
  const table = `${displayIdentifier(shape.schema)}.${displayIdentifier(shape.table)}`;
  const using = shape.method === 'btree' ? '' : ` USING ${shape.method}`;
  const include =
    shape.include.length > 0 ? ` INCLUDE (${shape.include.map(displayIdentifier).join(', ')})` : '';
  const where = shape.predicate === null ? '' : ` WHERE ${shape.predicate}`;
  return `ON ${table}${using} (${keyListSql(shape)})${include}${where}`;
}

/** An index for people: `(a, lower(b)) including (c) where d is null`. */
export function shownShape(shape: IndexShape): string {
  const columns = shape.columns.map((c, i) => (shape.expressions.includes(i) ? c : displayIdentifier(c)));
  const using = shape.method === 'btree' ? '' : `${shape.method} `;
  const include =
    shape.include.length > 0 ? ` including (${shape.include.map(displayIdentifier).join(', ')})` : '';
  const where = shape.predicate === null ? '' : ` where ${shape.predicate}`;
  return `${using}(${columns.join(', ')})${include}${where}`;
}
