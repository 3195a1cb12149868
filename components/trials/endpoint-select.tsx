import type { SegmentFigures } from '@/lib/contracts/trial';
import { Select } from '../ui/field';

/** Endpoints that were measured, the goal first. */
export function endpointsOf(segments: SegmentFigures[], goal: string | undefined): string[] {
  const names = new Set(segments.flatMap((s) => Object.keys(s.endpoints)));
  const rest = [...names].filter((n) => n !== goal).sort();
  return goal !== undefined && names.has(goal) ? [goal, ...rest] : rest;
}

interface EndpointSelectProps {
  names: string[];
  value: string;
  onChange: (name: string) => void;
}

export function EndpointSelect({ names, value, onChange }: EndpointSelectProps) {
  if (names.length < 2) return <code className="font-mono text-xs break-all text-ink2">{value}</code>;
  return (
    <Select
      aria-label="Endpoint"
      value={value}
      onChange={(e) => onChange(e.target.value)}
      className="min-w-0"
    >
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </Select>
  );
}
