import { glossary, isTerm, type Term, type TermId, termIds } from '@/lib/client/glossary';
import { StackLink } from '../shell/stack-link';
import { TourStart } from '../tour/tour-start';
import { Card } from '../ui/card';
import { PageHead } from '../ui/page-head';
import { ExampleDrawing, type ExampleProps } from './example';

/** Every term with its sentence. */
export function HelpIndex() {
  return (
    <>
      <PageHead title="Help" sub="What the words and figures on these pages mean." actions={<TourStart />} />
      <Card title="Terms" className="mb-3">
        <dl className="grid gap-x-8 md:grid-cols-2">
          {termIds.map((id) => (
            <div key={id} className="border-t border-line2 py-2.5">
              <dt>
                <StackLink href={`/help/${id}`} className="link font-medium">
                  {glossary[id].name}
                </StackLink>
              </dt>
              <dd className="max-w-[64ch] text-sm text-ink2">{glossary[id].short}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <Card title="More">
        <ul className="grid list-disc gap-1.5 pl-4 text-sm marker:text-ink3">
          <li>
            Keys: <kbd className="rounded border border-edge px-1 font-mono text-xs">?</kbd> shows them,{' '}
            <kbd className="rounded border border-edge px-1 font-mono text-xs">/</kbd> searches pages,
            findings, changes, trials, reports, targets and help.
          </li>
          <li>
            How a verdict is reached: <code>docs/method.md</code>. One figure computed by hand, step by step:{' '}
            <code>docs/check-a-figure.md</code>.
          </li>
          <li>
            The formula of the score: <code>docs/score.md</code>. The API:{' '}
            <a href="/api/v1/openapi.json" className="link">
              openapi.json
            </a>
            .
          </li>
        </ul>
      </Card>
    </>
  );
}

/** One term: in plain words, drawn where that helps. */
export function HelpPage({ id, example }: { id: TermId; example: ExampleProps | null }) {
  const term: Term = glossary[id];
  return (
    <article>
      <PageHead
        trail={
          <StackLink href="/help" className="link">
            Help
          </StackLink>
        }
        title={term.name}
      />
      <Card>
        <p className="max-w-[72ch] text-lg tracking-tight">{term.short}</p>
        {term.long.map((paragraph) => (
          <p key={paragraph} className="mt-3 max-w-[72ch]">
            {paragraph}
          </p>
        ))}
        {example && <ExampleDrawing {...example} />}
        <p className="mt-5 flex flex-wrap gap-x-4 gap-y-1 border-t border-line2 pt-3 text-sm">
          <span className="text-ink2">See also:</span>
          {term.see.filter(isTerm).map((other) => (
            <StackLink key={other} href={`/help/${other}`} className="link">
              {glossary[other].name}
            </StackLink>
          ))}
          <span className="text-ink2">
            procedure and sources in <code>docs/method.md</code>
          </span>
        </p>
      </Card>
    </article>
  );
}
