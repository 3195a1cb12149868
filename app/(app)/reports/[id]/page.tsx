import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReportPage } from '@/components/reports/report-page';
import { preloadReport } from '@/lib/client/preload';
import { IdPath } from '@/lib/contracts/api';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Report ${(await params).id}` };
}

export default async function Page({ params }: Props) {
  const parsed = IdPath.safeParse({ id: (await params).id });
  if (!parsed.success) notFound();
  preloadReport(parsed.data.id);
  return <ReportPage id={parsed.data.id} />;
}
