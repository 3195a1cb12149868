'use client';
import { useQuery } from '@tanstack/react-query';
import { Download, Printer } from 'lucide-react';
import { useEffect } from 'react';
import { dateLong } from '@/lib/client/format';
import { leadQuery, reportDownload, reportFormats, reportQuery } from '@/lib/client/queries/reports';
import { useUrlState } from '@/lib/client/use-url-state';
import { kindWord } from '@/lib/client/words';
import { severities } from '@/lib/contracts/finding';
import type { ReportDocument } from '@/lib/contracts/report';
import { fetchForest } from '../charts/render/lazy';
import { ConfigFileView } from '../configuration/config-file';
import { RecommendationGroups } from '../recommendations/recommendation-groups';
import { StackLink } from '../shell/stack-link';
import { Button, buttonClass } from '../ui/button';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';
import { PageHead } from '../ui/page-head';
import { Segmented } from '../ui/segmented';
import { Loaded, Loading } from '../ui/states';
import { SeverityTag } from '../ui/word-tag';
import { Baseline } from './baseline';
import { LeadView } from './lead-view';
import { NotMeasured } from './not-measured';
import { ReportChanges } from './report-changes';
import { ReportForest } from './report-forest';
import { ReportLoads } from './report-loads';
import { ReportRows } from './report-rows';
import { ReportWatched } from './report-watched';
import { ScoreCard } from './score-card';
import { Share } from './share';

const formatNames = { pdf: 'PDF', html: 'HTML', md: 'Markdown', csv: 'CSV', json: 'JSON' } as const;

const views = [
  { value: 'full', label: 'Every figure' },
  { value: 'lead', label: 'In plain words' },
] as const;

/** One frozen document, shown and nothing added. */
export function ReportPage({ id }: { id: number }) {
  const query = useQuery(reportQuery(id));
  const [view, setView] = useUrlState('view', 'full');
  const lead = view === 'lead';
  // What is needed next is asked for with the report, not after it.
  useQuery({ ...leadQuery(id), enabled: lead });
  useEffect(() => {
    if (!lead) fetchForest();
  }, [lead]);
  return (
    <Loaded framed query={query} loading={<Loading rows={5} height="h-24" />}>
      {(report) => (
        <article className="long-read grid gap-3">
          <PageHead
            trail={
              <span className="print:hidden">
                <StackLink href="/reports" className="link">
                  Reports
                </StackLink>{' '}
                / {report.id}
              </span>
            }
            title={report.title}
            sub={`Stack ${report.stack} · ${dateLong(report.startedAt)} to ${dateLong(report.finishedAt)} · Ratchet ${report.product.version}`}
            actions={
              <>
                <Share id={report.id} />
                <Baseline id={report.id} stack={report.stack} />
                <Button onClick={() => window.print()}>
                  <Printer aria-hidden="true" className="size-3.5" /> Print
                </Button>
                {reportFormats.map((format) => (
                  <a
                    key={format}
                    href={reportDownload(report.id, format)}
                    download={`report-${report.id}.${format}`}
                    className={buttonClass()}
                  >
                    <Download aria-hidden="true" className="size-3.5" /> {formatNames[format]}
                  </a>
                ))}
              </>
            }
          />
          <div className="no-print">
            <Segmented
              label="How to read it"
              options={views}
              value={lead ? 'lead' : 'full'}
              onChange={setView}
            />
          </div>
          {lead ? <LeadView id={report.id} /> : <Body report={report} id={report.id} />}
        </article>
      )}
    </Loaded>
  );
}

function Body({ report, id }: { report: ReportDocument; id: number }) {
  return (
    <>
      <Card title="Summary">
        {report.summary.length === 0 ? (
          <p className="text-ink2">There is nothing to sum up.</p>
        ) : (
          <ul className="grid max-w-[80ch] gap-1.5">
            {report.summary.map((sentence, i) => (
              <li key={i} className={i === 0 ? 'text-lg font-medium tracking-tight' : undefined}>
                {sentence}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {report.score && <ScoreCard score={report.score} report={id} />}
      {report.trials.length > 0 && <ReportForest report={report} />}
      <ReportRows report={report} />
      <ReportChanges report={report} />
      {report.loadTests && report.loadTests.length > 0 && <ReportLoads tests={report.loadTests} />}
      {report.watched && <ReportWatched watched={report.watched} />}
      {report.recommendations && report.recommendations.length > 0 && (
        <section aria-label="Recommendations" className="grid gap-3">
          <h2 className="text-base font-semibold">Recommendations</h2>
          <RecommendationGroups items={report.recommendations} stack={null} />
        </section>
      )}
      {report.configuration && (
        <Card
          title="Configuration files"
          note="as a difference to what ran when the report was written"
          className="print-block"
        >
          <div className="grid gap-4">
            {report.configuration.map((file) => (
              <section key={file.name} aria-label={file.name} className="min-w-0">
                <h3 className="mb-1 text-sm font-medium break-words">{file.title}</h3>
                <ConfigFileView file={file} />
              </section>
            ))}
          </div>
        </Card>
      )}
      <div className="grid items-start gap-3 lg:grid-cols-2 print:grid-cols-1">
        <Card title="Findings" note="most severe first" className="print-block">
          {report.findings.length === 0 ? (
            <p className="text-sm text-ink2">No rule found a problem.</p>
          ) : (
            <ul className="grid">
              {bySeverity(report.findings).map((f) => (
                <li key={f.key} className="border-t border-line2 py-2 text-sm first:border-t-0">
                  <span className="break-words">{f.title}</span> <SeverityTag severity={f.severity} />
                  <span className="block text-xs break-words text-ink2">
                    <code className="font-mono">{f.id}</code> · {f.target} ·{' '}
                    <code className="font-mono">{f.subject}</code>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <div className="grid gap-3">
          {report.notMeasured.length > 0 && (
            <Card title="Not measured" className="print-block">
              <NotMeasured items={report.notMeasured} />
            </Card>
          )}
          {report.cannotCheck.length > 0 && (
            <Card title="Could not be checked" className="print-block">
              <ul className="grid gap-2 text-sm">
                {report.cannotCheck.map((c) => (
                  <li key={`${c.id}${c.target}`}>
                    <code className="font-mono text-xs">{c.id}</code> on {c.target}: {c.reason}
                    <span className="block text-xs break-words text-ink2">To enable: {c.enable}</span>
                  </li>
                ))}
              </ul>
            </Card>
          )}
          <Card title="Measured on" className="print-block">
            <Facts
              items={[
                ...report.environment,
                ...report.targets.map((t) => ({
                  label: t.name,
                  value: `${t.version ?? kindWord[t.kind] ?? t.kind}, ${t.status}`,
                })),
              ]}
            />
          </Card>
        </div>
      </div>
      <div className="grid items-start gap-3 lg:grid-cols-2 print:grid-cols-1">
        <Card title="Method" className="print-block">
          <Paragraphs lines={report.method} />
        </Card>
        <Card title="Limits" className="print-block">
          <Paragraphs lines={report.limits} />
          <p className="mt-3 text-xs text-ink3">
            Every figure can be computed again from the rounds in the JSON file:{' '}
            <code>bin/ratchet verify report.json</code>. Digest of this document:{' '}
            <code className="break-all">{report.digests.document}</code>
            {report.evidence && (
              <>
                {' '}
                Chain of evidence when it was frozen: entry {report.evidence.seq},{' '}
                <code className="break-all">{report.evidence.hash}</code>
              </>
            )}
          </p>
        </Card>
      </div>
    </>
  );
}

const bySeverity = (findings: ReportDocument['findings']) =>
  [...findings].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));

function Paragraphs({ lines }: { lines: string[] }) {
  return (
    <ul className="grid list-disc gap-1.5 pl-4 text-sm marker:text-ink3">
      {lines.map((line, i) => (
        <li key={i} className="break-words">
          {line}
        </li>
      ))}
    </ul>
  );
}
