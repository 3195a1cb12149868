/** Something that happened: a change applied, a trial that ran. `to` given: it lasted. */
export interface TimeMark {
  at: number;
  to?: number;
  label: string;
  /** Said below the label where there is room: "improved, kept". */
  note?: string;
  /** The page it has. */
  path?: string;
  /** Something went wrong, rather than was done. */
  bad?: boolean;
}

/** Marks that stand so close that one sign stands for all of them, oldest first. */
export interface MarkGroup {
  /** Where the sign stands, px from the begin of the plot. */
  x: number;
  marks: TimeMark[];
  /** The words beside the sign, or none where there is no room. */
  text: string;
  /** Words stand to the left of the sign, since there is no room to its right. */
  leftward: boolean;
}

/** Average width of a letter at 11 px, px. */
const letter = 5.8;
/** Width of a sign; a finger or a mouse must find it (WCAG 2.5.8), px. */
export const signWidth = 24;

/** The marks inside [from, to], cut to it. */
export function marksWithin(marks: readonly TimeMark[], from: number, to: number): TimeMark[] {
  return marks
    .filter((m) => (m.to ?? m.at) >= from && m.at <= to)
    .map((m) => ({
      ...m,
      at: Math.max(m.at, from),
      ...(m.to === undefined ? {} : { to: Math.min(m.to, to) }),
    }))
    .sort((a, b) => a.at - b.at);
}

/**
 * Marks inside [from, to] as signs in a row of `width` px that do not cover each other, with as many of their words as
 * fit between them; the newest gets room first.
 */
export function placeMarks(marks: readonly TimeMark[], from: number, to: number, width: number): MarkGroup[] {
  const x = (t: number) => ((t - from) / (to - from)) * width;
  const groups: MarkGroup[] = [];
  for (const mark of marksWithin(marks, from, to)) {
    const last = groups.at(-1);
    if (last && x(mark.at) - last.x < signWidth) last.marks.push(mark);
    else groups.push({ x: x(mark.at), marks: [mark], text: '', leftward: false });
  }
  const taken = groups.map((g): [number, number] => [g.x - signWidth / 2, g.x + signWidth / 2]);
  for (const group of [...groups].reverse()) giveWords(group, taken, width);
  return groups;
}

/** Gives a group the longest words that there is room for. */
function giveWords(group: MarkGroup, taken: [number, number][], width: number): void {
  const label = group.marks.length > 1 ? `${group.marks.length} events` : (group.marks[0]?.label ?? '');
  const edge = signWidth / 2 - 4;
  for (const letters of [28, 18, 10]) {
    const text = label.length > letters ? `${label.slice(0, letters - 1).trimEnd()}…` : label;
    const size = text.length * letter + 4;
    for (const leftward of [false, true]) {
      const [lo, hi] = leftward
        ? [group.x - edge - size, group.x - edge]
        : [group.x + edge, group.x + edge + size];
      const own = (a: number) => a === group.x - signWidth / 2;
      if (lo >= 0 && hi <= width && taken.every(([a, b]) => own(a) || hi <= a || lo >= b)) {
        taken.push([lo, hi]);
        group.text = text;
        group.leftward = leftward;
        return;
      }
    }
  }
}
