import { Key } from '../charts/render/tip';

/** The two arms as they are drawn: before quiet, after strong. */
export function ArmLegend({ rounds }: { rounds?: boolean }) {
  return (
    <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink2">
      <li className="inline-flex items-center gap-1.5">
        <Key color="var(--before)" shape={rounds ? 'circle' : 'line'} /> before
      </li>
      <li className="inline-flex items-center gap-1.5">
        <Key color="var(--after)" shape={rounds ? 'square' : 'line'} /> after
      </li>
      {rounds && (
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="size-2.5 rounded-[2px] bg-warn-soft" /> void round
        </li>
      )}
    </ul>
  );
}
