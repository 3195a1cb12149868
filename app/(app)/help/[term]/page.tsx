import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { HelpPage } from '@/components/help/help-pages';
import { glossary, isTerm } from '@/lib/client/glossary';
import { exampleOf } from '@/lib/views/help/examples';

type Props = { params: Promise<{ term: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { term } = await params;
  return { title: isTerm(term) ? glossary[term].name : 'Help' };
}

export default async function Page({ params }: Props) {
  const { term } = await params;
  if (!isTerm(term)) notFound();
  return <HelpPage id={term} example={exampleOf(term)} />;
}
