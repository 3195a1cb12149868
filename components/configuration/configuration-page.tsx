'use client';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { configurationDownload, configurationQuery } from '@/lib/client/queries/configuration';
import { useStack } from '@/lib/client/use-stack';
import type { ConfigFile } from '@/lib/contracts/configuration';
import { ReadAgo } from '../observe/parts';
import { NoStack } from '../targets/no-stack';
import { buttonClass } from '../ui/button';
import { Card } from '../ui/card';
import { PageHead } from '../ui/page-head';
import { Empty, Loaded } from '../ui/states';
import { ConfigFileView } from './config-file';

export function ConfigurationPage() {
  const { stack, none } = useStack();
  const query = useQuery(configurationQuery(stack));
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        title="Configuration"
        sub="Files made from open findings, the readings of the last 7 days and applied changes, as a difference to what runs. Nothing is written anywhere: take what you want into your own files."
      />
      <Loaded query={query} framed>
        {({ files, dashboards }) => (
          <div className="grid gap-3">
            {files.every((f) => f.target === null) && (
              <Card>
                <Empty title="No target was read yet">
                  Files follow within a minute after a database, a Redis or a Docker target answers.
                </Empty>
              </Card>
            )}
            {files.map((file) => (
              <Card key={file.name} title={file.title} note={<ReadAgo at={file.comparedAt} />}>
                {stack !== null && <Downloads stack={stack} file={file} />}
                <ConfigFileView file={file} />
              </Card>
            ))}
            <Card title="Dashboards for Grafana" note="over the series of /metrics">
              <ul className="grid gap-1 text-sm">
                {dashboards.map((d) => (
                  <li key={d.name}>
                    <a href={d.path} download={d.name} className="link">
                      {d.title}
                    </a>
                  </li>
                ))}
              </ul>
            </Card>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Downloads({ stack, file }: { stack: string; file: ConfigFile }) {
  if (file.text === null) return null;
  const names = [file.name, ...(file.inverse ? [file.inverse.name] : [])];
  return (
    <p className="no-print mb-2 flex flex-wrap gap-2">
      {names.map((name) => (
        <a
          key={name}
          href={configurationDownload(stack, name)}
          download={name}
          className={buttonClass('plain', true, 'max-w-full')}
        >
          <Download aria-hidden="true" className="size-3.5 shrink-0" />
          <span className="truncate">{name}</span>
        </a>
      ))}
    </p>
  );
}
