import type { FindingView } from '@/lib/contracts/finding';
import type { Tile } from '@/lib/contracts/overview';
import type { TargetView } from '@/lib/contracts/target';
import type { ForestRow } from '@/lib/contracts/trial';

/** Response time that most people still feel as quick; the default alert threshold of DESIGN.md, ms. */
const p95GoalMs = 200;

interface HeadlineInput {
  targets: TargetView[];
  tiles: Tile[];
  findings: FindingView[];
  forest: ForestRow[];
}

/** Two sentences that say what is so and what to do, made from data by fixed rules. */
export function headline(input: HeadlineInput): { headline: string; sub: string } {
  return {
    headline: `${health(input)} ${action(input)}`,
    sub: `${answering(input.targets)} ${p95(input.tiles)}`.trim(),
  };
}

function health({ targets, tiles, findings }: HeadlineInput): string {
  const watched = targets.filter((t) => t.status !== 'paused');
  if (watched.length === 0) return 'Nothing is watched yet.';
  const gone = watched.filter((t) => t.status === 'unreachable');
  const [first] = gone;
  if (first)
    return gone.length === 1 ? `${first.name} does not answer.` : `${gone.length} targets do not answer.`;
  if (watched.every((t) => t.status === 'waiting')) return 'Waiting for the first samples.';
  if (watched.every((t) => t.status === 'waiting' || t.status === 'stale')) return 'No new samples come in.';
  if (findings.some((f) => f.severity === 'critical')) return 'Something critical needs attention.';
  const slow = tiles.find((t) => t.id === 'p95')?.value;
  if (slow !== null && slow !== undefined && slow > p95GoalMs) return 'Slower than it should be.';
  return 'Healthy.';
}

function action({ targets, findings, forest }: HeadlineInput): string {
  const kept = forest.filter((row) => row.decision === 'kept').length;
  const gains = kept === 0 ? '' : `${count(kept, 'change')} kept`;
  const open = findings.length;
  const todo =
    open === 0
      ? targets.length === 0
        ? 'Add a target to begin.'
        : 'No open finding.'
      : `${count(open, 'finding')} ${open === 1 ? 'is' : 'are'} worth acting on.`;
  return gains === '' ? capital(todo) : `${capital(gains)}; ${todo.charAt(0).toLowerCase()}${todo.slice(1)}`;
}

function answering(targets: TargetView[]): string {
  const watched = targets.filter((t) => t.status !== 'paused');
  if (watched.length === 0) return '';
  const ok = watched.filter((t) => t.status === 'ok').length;
  if (ok === 0 && watched.some((t) => t.status === 'stale'))
    return 'Nothing reads the targets: the worker does not run, or has just been started.';
  if (ok === watched.length) return ok === 1 ? 'The target answers.' : `All ${ok} targets answer.`;
  return `${ok} of ${watched.length} targets answer.`;
}

function p95(tiles: Tile[]): string {
  const value = tiles.find((t) => t.id === 'p95')?.value;
  if (value === null || value === undefined) return '';
  return `p95 is ${value >= 10 ? Math.round(value) : value.toFixed(1)} ms against a goal of ${p95GoalMs} ms.`;
}

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

function count(n: number, noun: string): string {
  return `${words[n] ?? n} ${noun}${n === 1 ? '' : 's'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
