import { bytesText, durationText, figureText } from '@/lib/client/format';
import type { ChangeOutcome } from '@/lib/contracts/change';

/** What carrying out a change was measured to take, to build and to change, for a list of facts. */
export function outcomeItems(
  outcome: Pick<ChangeOutcome, 'applyMs' | 'sizeBytes' | 'measured'> | null,
): { label: string; value: string }[] {
  if (!outcome) return [];
  const { applyMs, sizeBytes, measured = [] } = outcome;
  return [
    ...(applyMs === undefined ? [] : [{ label: 'Applying took', value: durationText(applyMs) }]),
    ...(sizeBytes === undefined ? [] : [{ label: 'Size built', value: bytesText(sizeBytes) }]),
    ...measured.map(({ label, before, after, unit }) => ({
      label: label.slice(0, 1).toUpperCase() + label.slice(1),
      // A count of what was done has no before.
      value: `${before === null ? '' : `${figureText(before, unit)} → `}${figureText(after, unit)}`,
    })),
  ];
}
