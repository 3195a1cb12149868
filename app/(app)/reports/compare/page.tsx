import type { Metadata } from 'next';
import { ComparePage } from '@/components/reports/compare-page';

export const metadata: Metadata = { title: 'Compare reports' };

export default function Page() {
  return <ComparePage />;
}
