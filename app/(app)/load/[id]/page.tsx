import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { LoadPage } from '@/components/load/load-page';
import { IdPath } from '@/lib/contracts/api';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Load test ${(await params).id}` };
}

export default async function Page({ params }: Props) {
  const parsed = IdPath.safeParse({ id: (await params).id });
  if (!parsed.success) notFound();
  return <LoadPage id={parsed.data.id} />;
}
