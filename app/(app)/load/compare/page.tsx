import type { Metadata } from 'next';
import { ComparePage } from '@/components/load/compare-page';

export const metadata: Metadata = { title: 'Compare load tests' };

export default function Page() {
  return <ComparePage />;
}
