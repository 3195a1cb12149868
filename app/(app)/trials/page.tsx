import type { Metadata } from 'next';
import { TrialsPage } from '@/components/trials/trials-page';

export const metadata: Metadata = { title: 'Trials' };

export default function Page() {
  return <TrialsPage />;
}
