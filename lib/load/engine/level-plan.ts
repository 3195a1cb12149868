import type { LoadStage } from '../../contracts/load';

interface Piece {
  startMs: number;
  endMs: number;
  from: number;
  to: number;
  /** Arrivals before it. */
  before: number;
}

/**
 * A level over time: straight lines between the levels of its stages. Read as a rate, it gives the times at which requests are
 * due: the k-th (from 0) when the area under the level reaches k + ½, which spaces them evenly at a constant rate.
 */
export class LevelPlan {
  readonly #pieces: Piece[] = [];
  #level: number;
  #next = 0;
  #piece = 0;

  constructor(startLevel: number, stages: readonly LoadStage[]) {
    this.#level = startLevel;
    for (const stage of stages) this.append(stage);
  }

  /** When the last stage ends, ms since the start. */
  get endMs(): number {
    return this.#pieces.at(-1)?.endMs ?? 0;
  }

  append({ durationMs, level }: LoadStage): void {
    if (durationMs > 0) {
      const last = this.#pieces.at(-1);
      const startMs = this.endMs;
      this.#pieces.push({
        startMs,
        endMs: startMs + durationMs,
        from: this.#level,
        to: level,
        before: last ? last.before + area(last, last.endMs) : 0,
      });
    }
    this.#level = level;
  }

  /** The level at a time, ms since the start; after the end the last one. */
  levelAt(ms: number): number {
    const piece = this.#pieces.find((p) => ms < p.endMs);
    if (!piece) return this.#level;
    return piece.from + ((piece.to - piece.from) * (ms - piece.startMs)) / (piece.endMs - piece.startMs);
  }

  /** When the next request is due, ms since the start; infinite when the plan holds no more. */
  peek(): number {
    for (let piece = this.#pieces[this.#piece]; piece; piece = this.#pieces[++this.#piece]) {
      const wanted = this.#next + 0.5 - piece.before;
      if (wanted <= area(piece, piece.endMs)) return piece.startMs + timeOf(piece, wanted);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Takes the arrival that `peek` told of. */
  take(): void {
    this.#next += 1;
  }
}

/** Arrivals in a piece from its start to `ms`, for a level in arrivals a second. */
function area(piece: Piece, ms: number): number {
  const s = (ms - piece.startMs) / 1_000;
  const slope = (piece.to - piece.from) / ((piece.endMs - piece.startMs) / 1_000);
  return piece.from * s + (slope * s * s) / 2;
}

/** The inverse of `area`, ms since the start of the piece; the root is written so that it holds for a slope of 0 too. */
function timeOf(piece: Piece, arrivals: number): number {
  const slope = (piece.to - piece.from) / ((piece.endMs - piece.startMs) / 1_000);
  const root = Math.sqrt(Math.max(0, piece.from * piece.from + 2 * slope * arrivals));
  return ((2 * arrivals) / (piece.from + root)) * 1_000;
}
