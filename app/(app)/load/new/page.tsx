import type { Metadata } from 'next';
import { NewLoadPage } from '@/components/load/new-load-page';

export const metadata: Metadata = { title: 'New load test' };

export default function Page() {
  return <NewLoadPage />;
}
