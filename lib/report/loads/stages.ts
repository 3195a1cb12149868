import type { LoadProfile } from '@/lib/contracts/load';
import { counted } from '@/lib/prove/verdict/format';

/** More stages than this are summed up. */
const mostSaid = 5;

/** The shape of a load in words: "from 0 to 50 users over 30 s, then 50 users for 10 s". */
export function stagesText(profile: LoadProfile): string {
  const { kind, model, stages, stress, thinkTime } = profile;
  if (kind === 'replay') return 'requests at the times at which a log holds them';
  const unit = model === 'open' ? 'requests/s' : 'users';
  const parts = stages.length > mostSaid ? [summedUp(profile, unit)] : said(profile, unit);
  if (stress) {
    parts.push(
      `${parts.length === 0 ? '' : 'then '}${exact(stress.step)} ${unit} more every ${time(stress.stepMs)} until a limit is found, at most ${exact(stress.maxLevel)}`,
    );
  }
  const { minMs, maxMs } = thinkTime;
  if (model === 'closed' && maxMs > 0)
    parts.push(
      `each user pausing ${minMs === maxMs ? time(maxMs) : `${time(minMs)} to ${time(maxMs)}`} after a response`,
    );
  return parts.join(', ');
}

function said({ stages, startLevel }: LoadProfile, unit: string): string[] {
  const parts: string[] = [];
  let level = startLevel;
  for (const stage of stages) {
    // A stage without length jumps; the next one says where it is.
    if (stage.durationMs > 0)
      parts.push(
        `${parts.length === 0 ? '' : 'then '}${
          stage.level === level
            ? `${exact(level)} ${unit} for ${time(stage.durationMs)}`
            : `from ${exact(level)} to ${exact(stage.level)} ${unit} over ${time(stage.durationMs)}`
        }`,
      );
    level = stage.level;
  }
  return parts;
}

function summedUp({ stages, startLevel }: LoadProfile, unit: string): string {
  const levels = [startLevel, ...stages.map((s) => s.level)];
  const length = stages.reduce((sum, s) => sum + s.durationMs, 0);
  return `${counted(stages.length, 'stage')} between ${exact(Math.min(...levels))} and ${exact(Math.max(...levels))} ${unit}, ${time(length)} in all`;
}

function time(ms: number): string {
  if (ms < 1_000) return `${exact(ms)} ms`;
  return ms >= 120_000 && ms % 60_000 === 0 ? `${exact(ms / 60_000)} min` : `${exact(ms / 1_000)} s`;
}

/** Levels and times as somebody set them, not rounded to digits of a measurement. */
const exact = (value: number) => String(Math.round(value * 100) / 100);
