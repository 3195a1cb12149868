import { Code } from '../ui/code';

/** A secret that is shown this one time. */
export function Once({ title, value, children }: { title: string; value: string; children: string }) {
  return (
    <div role="status" className="mb-3 grid gap-1.5 rounded-lg bg-mark-soft px-3 py-2.5">
      <p className="text-sm font-medium">{title}</p>
      <Code label={title}>{value}</Code>
      <p className="text-xs text-ink2">{children}</p>
    </div>
  );
}
