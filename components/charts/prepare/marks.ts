/** Something that happened: a change kept, a trial that ran. `to` given: it lasted. */
export interface TimeMark {
  at: number;
  to?: number;
  label: string;
}

export interface PlacedMark extends TimeMark {
  /** The words that fit, or none. */
  text: string;
  /** Words stand to the left of the line, since there is no room to its right. */
  leftward: boolean;
}

/** Average width of a letter at 11 px, px. */
const letter = 5.8;

/**
 * Marks inside [from, to] with as many of their words as fit beside each other in `width` px; a mark without room
 * keeps its line and loses its words. The newest gets room first.
 */
export function placeMarks(marks: TimeMark[], from: number, to: number, width: number): PlacedMark[] {
  const x = (t: number) => ((t - from) / (to - from)) * width;
  const taken: [number, number][] = [];
  return marks
    .filter((m) => (m.to ?? m.at) >= from && m.at <= to)
    .map((m) => ({
      ...m,
      at: Math.max(m.at, from),
      ...(m.to === undefined ? {} : { to: Math.min(m.to, to) }),
    }))
    .sort((a, b) => b.at - a.at)
    .map((m): PlacedMark => {
      const free = (lo: number, hi: number) =>
        lo >= 0 && hi <= width && taken.every(([a, b]) => hi <= a || lo >= b);
      for (const letters of [28, 18, 10]) {
        const text = m.label.length > letters ? `${m.label.slice(0, letters - 1).trimEnd()}…` : m.label;
        const size = text.length * letter + 10;
        for (const leftward of [false, true]) {
          const [lo, hi] = leftward ? [x(m.at) - size, x(m.at)] : [x(m.at), x(m.at) + size];
          if (free(lo, hi)) {
            taken.push([lo, hi]);
            return { ...m, text, leftward };
          }
        }
      }
      return { ...m, text: '', leftward: false };
    });
}
