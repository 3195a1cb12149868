'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { cx } from '@/lib/client/cx';
import { plural, timeLeft } from '@/lib/client/format';
import { discoveredSourceQuery, readLoadFile } from '@/lib/client/queries/load';
import type { LoadSource } from '@/lib/contracts/load-source';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Field } from '../ui/field';
import { NumberInput } from './profile-editor';

interface SourceImportProps {
  stack: string;
  target: string;
  /** What was taken last, to show what was dropped and left out. */
  source: LoadSource | null;
  onSource: (source: LoadSource, from: 'target' | 'file') => void;
}

/** Takes the endpoints from a file that is dropped or chosen, or from what is known of the target. */
export function SourceImport({ stack, target, source, onSource }: SourceImportProps) {
  const input = useId();
  const client = useQueryClient();
  const [over, setOver] = useState(false);
  const [writes, setWrites] = useState(false);
  const [factor, setFactor] = useState('1');
  const [file, setFile] = useState<File | null>(null);
  const read = useMutation({
    mutationFn: (chosen: File) =>
      readLoadFile({ stack, target, file: chosen, writes, factor: Number(factor) > 0 ? Number(factor) : 1 }),
    onSuccess: (found) => onSource(found, 'file'),
  });
  const discover = useMutation({
    mutationFn: () => client.fetchQuery({ ...discoveredSourceQuery(stack, target), staleTime: 0 }),
    onSuccess: (found) => onSource(found, 'target'),
  });
  // What is known of the target is there from the start, once.
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current || target === '') return;
    asked.current = true;
    discover.mutate();
  }, [discover, target]);
  const take = (chosen: File | undefined) => {
    if (!chosen) return;
    setFile(chosen);
    discover.reset();
    read.mutate(chosen);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const error = read.error ?? discover.error;
  return (
    <Card title="Source" note="where the endpoints come from">
      <div className="grid gap-3">
        <label
          htmlFor={input}
          onDragOver={(e) => {
            e.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
          className={cx(
            'flex cursor-pointer flex-col items-center gap-1 rounded-lg border border-dashed border-edge px-4 py-5 text-center text-sm has-focus-visible:outline-2 has-focus-visible:outline-mark',
            over ? 'bg-after-soft' : 'hover:bg-line2',
          )}
        >
          <FileUp aria-hidden="true" className="size-5 text-ink3" />
          <span className="font-medium">
            {read.isPending ? `Reading ${file?.name ?? ''}…` : 'Drop a file here, or choose one'}
          </span>
          <span className="text-xs text-ink2">
            HAR, access log (nginx, Apache), OpenAPI 3 (JSON or YAML), or a mix file
          </span>
          <input
            id={input}
            type="file"
            className="sr-only"
            disabled={target === ''}
            onChange={(e) => {
              take(e.target.files?.[0]);
              e.target.value = '';
            }}
          />
        </label>
        <div className="flex flex-wrap items-end gap-3">
          <Button busy={discover.isPending} disabled={target === ''} onClick={() => discover.mutate()}>
            Endpoints known of the target
          </Button>
          <label className="flex min-h-8 items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4 accent-[var(--after)]"
              checked={writes}
              onChange={(e) => setWrites(e.target.checked)}
            />
            with requests that change data
          </label>
          {source?.replay && file && (
            <div className="flex items-end gap-2">
              <Field label="Rate of the replay, ×">
                {(p) => <NumberInput {...p} className="w-20" value={factor} onChange={setFactor} />}
              </Field>
              <Button
                disabled={!(Number(factor) > 0)}
                busy={read.isPending}
                onClick={() => read.mutate(file)}
              >
                Read again
              </Button>
            </div>
          )}
        </div>
        {error && (
          <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad-ink">
            {error.message}
          </p>
        )}
        {source && !error && <Taken source={source} />}
      </div>
    </Card>
  );
}

function Taken({ source }: { source: LoadSource }) {
  const { mix, notes, leftOut, replay } = source;
  return (
    <div role="status" className="grid gap-1.5 text-sm">
      <p>
        {plural(mix.requests.length, 'endpoint')} taken
        {replay &&
          ` · ${plural(replay.arrivals.length, 'request')} over ${timeLeft(replay.durationMs / 1000)} can be replayed at their times`}
      </p>
      {notes.map((note) => (
        <p key={note} className="text-ink2">
          {note}
        </p>
      ))}
      {leftOut.length > 0 && (
        <details>
          <summary className="text-warn-ink">{plural(leftOut.length, 'thing')} left out</summary>
          <ul className="mt-1 grid max-h-60 gap-0.5 overflow-y-auto text-xs text-ink2">
            {leftOut.map((l) => (
              <li key={`${l.what}${l.why}`} className="break-words">
                <span className="font-mono">{l.what}</span>
                {l.requests > 1 && ` (${l.requests}×)`}: {l.why}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
