'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { marksQuery } from '@/lib/client/queries/series';
import type { TimeMark } from '../charts/prepare/marks';
import { useTimeScope } from './time-scope';

/** What was done to the stack in the page's time range, as marks for its charts; none while it is not known. */
export function useMarks(stack: string | null): TimeMark[] {
  const { live, preset, from, to } = useTimeScope();
  const { data } = useQuery(marksQuery(stack, live ? { lengthMs: preset.ms } : { from, to }));
  return useMemo(
    () =>
      (data ?? []).map((m) => {
        const at = new Date(m.at).getTime();
        const end = m.to !== null ? new Date(m.to).getTime() : m.running ? Number.POSITIVE_INFINITY : null;
        return {
          at,
          ...(end === null ? {} : { to: end }),
          label: m.title,
          note: m.note,
          path: m.path,
          ...(m.kind === 'alert' ? { bad: true } : {}),
        };
      }),
    [data],
  );
}
