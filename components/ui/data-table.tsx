'use client';
import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table';
import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { cx } from '@/lib/client/cx';
import type { TermId } from '@/lib/client/glossary';
import { useUrlState } from '@/lib/client/use-url-state';
import { Term } from '../help/term';
import { ScrollBox } from './scroll-box';

declare module '@tanstack/react-table' {
  interface ColumnMeta<TData, TValue> {
    /** Numbers are set flush right. */
    numeric?: boolean;
    className?: string;
    /** What the header means, in the glossary. */
    term?: TermId;
    /** Draw a line before this column. */
    rule?: boolean;
  }
}

interface DataTableProps<T> {
  /** Read out as the table's name. */
  caption: string;
  data: T[];
  // biome-ignore lint/suspicious/noExplicitAny: columns of one table differ in their value type
  columns: ColumnDef<T, any>[];
  initialSort?: SortingState;
  rowKey: (row: T) => string;
  rowClass?: (row: T) => string | undefined;
  /** Least width before it scrolls sideways inside its panel. */
  minWidth?: number;
  /** Keeps the sorting in the address, under this name. */
  sortKey?: string;
  /** Keep the first column in sight while scrolling sideways. */
  pinFirst?: boolean;
}

const ariaSort = { asc: 'ascending', desc: 'descending' } as const;

/** A table that sorts by its headers. Wide tables scroll inside their panel, the page never does. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { caption, data, columns, initialSort = [], rowKey, rowClass, minWidth, sortKey, pinFirst } = props;
  const [sorting, setSorting] = useSorting(initialSort, sortKey);
  const table = useReactTable({
    data,
    columns,
    state: { sorting },
    onSortingChange: (next) => setSorting(typeof next === 'function' ? next(sorting) : next),
    getRowId: rowKey,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    sortDescFirst: false,
  });
  const pin = pinFirst ? 'first:sticky first:left-0 first:z-1 first:bg-panel' : undefined;
  return (
    <ScrollBox label={caption} className="-mx-4 px-4">
      <table className="w-full border-collapse text-sm" style={minWidth ? { minWidth } : undefined}>
        <caption className="sr-only">{caption}</caption>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const { column } = header;
                const sorted = column.getIsSorted();
                const meta = column.columnDef.meta;
                const label = flexRender(column.columnDef.header, header.getContext());
                return (
                  <th
                    key={header.id}
                    scope="col"
                    aria-sort={sorted ? ariaSort[sorted] : undefined}
                    className={cx(
                      'border-b border-line px-2 py-1.5 font-medium whitespace-nowrap text-ink2 first:pl-0 last:pr-0',
                      meta?.numeric ? 'text-right' : 'text-left',
                      meta?.rule && 'border-l border-l-line2',
                      pin,
                    )}
                  >
                    {column.getCanSort() ? (
                      <button
                        type="button"
                        onClick={column.getToggleSortingHandler()}
                        className={cx(
                          'group inline-flex items-center gap-1 rounded hover:text-ink pointer-coarse:min-h-6',
                          // The sign of a numeric column stands before its name: names and figures end on one line.
                          meta?.numeric && 'flex-row-reverse',
                        )}
                      >
                        {label}
                        {sorted === 'asc' ? (
                          <ArrowUp aria-hidden="true" className="size-3" />
                        ) : sorted === 'desc' ? (
                          <ArrowDown aria-hidden="true" className="size-3" />
                        ) : (
                          <ChevronsUpDown
                            aria-hidden="true"
                            className="size-3 opacity-0 group-hover:opacity-60 group-focus-visible:opacity-60"
                          />
                        )}
                      </button>
                    ) : (
                      label
                    )}
                    {meta?.term && (
                      <span className="ml-0.5 inline-block align-middle">
                        <Term id={meta.term} />
                      </span>
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} className={cx('group/row', rowClass?.(row.original))}>
              {row.getVisibleCells().map((cell) => {
                const meta = cell.column.columnDef.meta;
                return (
                  <td
                    key={cell.id}
                    className={cx(
                      'border-b border-line2 px-2 py-2 align-middle group-last/row:border-b-0 first:pl-0 last:pr-0',
                      meta?.numeric && 'text-right whitespace-nowrap',
                      meta?.rule && 'border-l border-l-line2',
                      meta?.className,
                      pin,
                    )}
                  >
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

const written = (sorting: SortingState) =>
  sorting.map((s) => `${s.id}${s.desc ? '.desc' : ''}`).join(',') || 'none';

/** The sorting of a table: its own, or that of the address where it has a name there. */
function useSorting(initial: SortingState, key: string | undefined) {
  const own = useState<SortingState>(initial);
  const [text, setText] = useUrlState(key ?? 'sort', written(initial));
  const inAddress = useMemo<SortingState>(
    () =>
      text === 'none'
        ? []
        : text.split(',').map((part) => ({ id: part.replace(/\.desc$/, ''), desc: part.endsWith('.desc') })),
    [text],
  );
  return key === undefined ? own : ([inAddress, (next: SortingState) => setText(written(next))] as const);
}
