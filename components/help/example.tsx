/** What a drawing of help needs; lib/views/help makes it from stated inputs. */
export interface ExampleProps {
  inputs: string;
  values: readonly number[];
  marks: readonly { at: number; label: string }[];
  range?: { low: number; high: number; label: string };
  unit: string;
  says: string;
}

const width = 340;
const side = 16;
const dotRow = 26;

/** A line of dots with marks below it: the values as they are, and what was computed from them. */
export function ExampleDrawing({ inputs, values, marks, range, unit, says }: ExampleProps) {
  const all = [...values, ...marks.map((m) => m.at), ...(range ? [range.low, range.high] : [])];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const x = (value: number) => side + ((value - low) / (high - low || 1)) * (width - 2 * side);
  const stacked = stack(values.map(x));
  const base = 14 + dotRow + Math.max(...stacked.map((d) => d.level)) * 7;
  const lines = [...marks].sort((a, b) => a.at - b.at);
  const height = base + 26 + lines.length * 18 + (range ? 22 : 0);
  return (
    <figure className="mt-4">
      <svg
        role="img"
        aria-label={says}
        viewBox={`0 0 ${width} ${height}`}
        className="w-full max-w-md overflow-visible text-[12px]"
      >
        {stacked.map((dot, i) => (
          <circle key={i} cx={dot.x} cy={base - 8 - dot.level * 7} r="3.5" className="fill-before" />
        ))}
        <line x1={side} x2={width - side} y1={base} y2={base} className="stroke-edge" />
        {range && (
          <>
            <line
              x1={x(range.low)}
              x2={x(range.high)}
              y1={base + 12}
              y2={base + 12}
              strokeWidth="4"
              className="stroke-after"
            />
            <text x={x(range.high) + 8} y={base + 16} className="fill-ink">
              {range.label}
            </text>
          </>
        )}
        {lines.map((mark, i) => {
          const y = base + (range ? 22 : 0) + 20 + i * 18;
          const right = x(mark.at) > width / 2;
          return (
            <g key={mark.label}>
              <line
                x1={x(mark.at)}
                x2={x(mark.at)}
                y1={10}
                y2={y}
                strokeDasharray="2 3"
                className="stroke-mark"
              />
              <text
                x={x(mark.at) + (right ? -6 : 6)}
                y={y}
                textAnchor={right ? 'end' : 'start'}
                className="fill-ink"
              >
                {mark.label}
                {unit && ` ${unit}`}
              </text>
            </g>
          );
        })}
      </svg>
      <figcaption className="mt-2 grid max-w-[72ch] gap-1 text-sm">
        <span className="text-xs break-words text-ink2">{inputs}.</span>
        <span>{says}</span>
      </figcaption>
    </figure>
  );
}

/** Dots that would lie on one another stand on top of one another. */
function stack(positions: readonly number[]): { x: number; level: number }[] {
  const placed: { x: number; level: number }[] = [];
  for (const x of [...positions].sort((a, b) => a - b)) {
    const near = placed.filter((d) => Math.abs(d.x - x) < 7).map((d) => d.level);
    let level = 0;
    while (near.includes(level)) level++;
    placed.push({ x, level });
  }
  return placed;
}
