import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { PassPage } from '@/components/jobs/pass-page';
import { IdPath } from '@/lib/contracts/api';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Pass ${(await params).id}` };
}

export default async function Page({ params }: Props) {
  const parsed = IdPath.safeParse({ id: (await params).id });
  if (!parsed.success) notFound();
  return <PassPage id={parsed.data.id} />;
}
