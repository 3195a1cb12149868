import type { Metadata } from 'next';
import { LoadsPage } from '@/components/load/loads-page';

export const metadata: Metadata = { title: 'Load tests' };

export default function Page() {
  return <LoadsPage />;
}
