import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ChangePage } from '@/components/changes/change-page';
import { IdPath } from '@/lib/contracts/api';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Change ${(await params).id}` };
}

export default async function Page({ params }: Props) {
  const parsed = IdPath.safeParse({ id: (await params).id });
  if (!parsed.success) notFound();
  return <ChangePage id={parsed.data.id} />;
}
