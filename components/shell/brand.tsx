/** The mark: three steps that only go down in time, and a pawl that keeps them. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" className={className}>
      <path
        d="M2 4h5v5h5v5h6"
        fill="none"
        stroke="var(--after)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="15.5" cy="6" r="2.2" fill="var(--before)" />
    </svg>
  );
}
