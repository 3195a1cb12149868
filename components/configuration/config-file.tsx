'use client';
import { useState } from 'react';
import { cx } from '@/lib/client/cx';
import type { ConfigEntry, ConfigFile } from '@/lib/contracts/configuration';
import { Code } from '../ui/code';
import { Segmented } from '../ui/segmented';

type View = 'difference' | 'file' | 'inverse';

/** A configuration file as a difference to what runs, or whole; where it has an inverse, that too. */
export function ConfigFileView({ file }: { file: ConfigFile }) {
  const [view, setView] = useState<View>('difference');
  if (file.text === null)
    return (
      <>
        <p className="text-sm break-words text-ink2">Nothing is proposed. {file.nothing}</p>
        <Notes notes={file.notes} />
      </>
    );
  const options: { value: View; label: string }[] = [
    { value: 'difference', label: 'Difference' },
    { value: 'file', label: 'File' },
    ...(file.inverse ? [{ value: 'inverse' as const, label: 'Inverse' }] : []),
  ];
  return (
    <>
      <div className="no-print mb-2">
        <Segmented label={`View of ${file.name}`} options={options} value={view} onChange={setView} />
      </div>
      {view === 'difference' && <Difference entries={file.entries} />}
      {view === 'file' && <Code label={file.name}>{file.text}</Code>}
      {view === 'inverse' && file.inverse && <Code label={file.inverse.name}>{file.inverse.text}</Code>}
      <Notes notes={file.notes} />
    </>
  );
}

/** What runs and what is proposed, one above the other. The signs say it; the colours only help. */
function Difference({ entries }: { entries: readonly ConfigEntry[] }) {
  return (
    <ul className="grid">
      {entries.map((e) => (
        <li key={e.name} className="border-t border-line2 py-2 first:border-t-0">
          <p className="font-mono text-xs font-medium break-words">{e.name}</p>
          <p className="mb-1 text-xs break-words text-ink2">
            <code className="font-mono">{e.source}</code>: {e.why}
          </p>
          {e.runs === e.proposed ? (
            <Line sign=" " word="runs and stays" text={e.proposed} />
          ) : (
            <>
              <Line sign="−" word="runs" text={e.runs ?? 'nothing of it is seen'} quiet={e.runs === null} />
              <Line sign="+" word="proposed" text={e.proposed} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function Line({ sign, word, text, quiet }: { sign: string; word: string; text: string; quiet?: boolean }) {
  return (
    <p
      className={cx(
        'flex gap-2 px-2 py-0.5 font-mono text-xs',
        sign === '+' && 'bg-after-soft text-after-ink',
        sign === '−' && (quiet ? 'bg-line2 text-ink2' : 'bg-bad-soft text-bad-ink'),
      )}
    >
      <span aria-hidden="true" className="w-2 shrink-0">
        {sign}
      </span>
      <span className="sr-only">{word}: </span>
      <span className="min-w-0 break-all">{text}</span>
    </p>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  return notes.map((note) => (
    <p key={note} className="mt-2 text-xs break-words text-ink2">
      {note}
    </p>
  ));
}
