import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { FindingPage } from '@/components/findings/finding-page';
import { IdPath } from '@/lib/contracts/api';

type Props = { params: Promise<{ number: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Finding ${(await params).number}` };
}

export default async function Page({ params }: Props) {
  const parsed = IdPath.safeParse({ id: (await params).number });
  if (!parsed.success) notFound();
  return <FindingPage number={parsed.data.id} />;
}
