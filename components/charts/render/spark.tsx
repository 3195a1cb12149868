import { sparkPath } from '../prepare/spark';

/** The small line of a tile: no axes; the value beside it says the rest. */
export function Spark({ points }: { points: { t: number; v: number | null }[] }) {
  const spark = sparkPath(points, 200, 36);
  if (!spark) return <div className="h-9" />;
  return (
    <svg
      viewBox="0 0 200 36"
      preserveAspectRatio="none"
      aria-hidden="true"
      className="my-1 block h-8 w-full overflow-visible"
    >
      <path
        d={spark.d}
        fill="none"
        stroke="var(--after)"
        strokeWidth="1.6"
        vectorEffect="non-scaling-stroke"
      />
      {spark.dots.map((p) => (
        <path
          key={p.x}
          d={`M${p.x},${p.y}h0.01`}
          stroke="var(--after)"
          strokeWidth="3"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  );
}
