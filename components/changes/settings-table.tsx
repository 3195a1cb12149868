import type { ChangePlan } from '@/lib/contracts/change';
import { ScrollBox } from '../ui/scroll-box';

/** Server settings of a change: present value, proposed value, and why. */
export function SettingsTable({ settings }: { settings: NonNullable<ChangePlan['settings']> }) {
  return (
    <ScrollBox label="Settings">
      <table className="w-full min-w-[30rem] border-collapse text-sm">
        <thead>
          <tr className="text-left text-xs text-ink2">
            {['Setting', 'Now', 'Proposed', 'Why', 'Takes effect'].map((head) => (
              <th key={head} scope="col" className="py-1 pr-3 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {settings.map((s) => (
            <tr key={s.name} className="border-t border-line2 align-top">
              <th scope="row" className="py-1.5 pr-3 text-left font-mono text-xs font-normal">
                {s.name}
              </th>
              <td className="py-1.5 pr-3 tabular-nums">{s.current}</td>
              <td className="py-1.5 pr-3 tabular-nums">{s.proposed}</td>
              <td className="py-1.5 pr-3 text-ink2">{s.why}</td>
              <td className="py-1.5">at a {s.takesEffect}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
