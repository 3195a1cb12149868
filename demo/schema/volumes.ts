/** Rows of the demo's tables at scale 1. */
export const volumes = { models: 12, users: 200_000, sessions: 500_000, tasks: 500_000 } as const;

export type Volumes = { -readonly [table in keyof typeof volumes]: number };

/** Volumes at a smaller scale, for tests: `scale` in (0, 1]. Models stay. */
export function volumesAt(scale: number): Volumes {
  const at = (rows: number) => Math.max(100, Math.round(rows * scale));
  return {
    models: volumes.models,
    users: at(volumes.users),
    sessions: at(volumes.sessions),
    tasks: at(volumes.tasks),
  };
}
