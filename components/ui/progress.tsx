import { cx } from '@/lib/client/cx';

/** Real progress: a share 0..1, or null where no share is known yet. */
export function Progress({ share, label }: { share: number | null; label: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { 'aria-valuenow': Math.round(share * 100) })}
      className="h-1.5 w-full overflow-hidden rounded-full bg-line2"
    >
      <div
        className={cx(
          'h-full rounded-full bg-after transition-[width] duration-500',
          share === null && 'w-1/3 animate-pulse',
        )}
        style={share === null ? undefined : { width: `${Math.min(100, Math.max(0, share * 100))}%` }}
      />
    </div>
  );
}
