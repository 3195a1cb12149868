import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ReportPage } from '@/components/reports/report-page';
import { IdPath } from '@/lib/contracts/api';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Report ${(await params).id}` };
}

export default async function Page({ params }: Props) {
  const parsed = IdPath.safeParse({ id: (await params).id });
  if (!parsed.success) notFound();
  return <ReportPage id={parsed.data.id} />;
}
