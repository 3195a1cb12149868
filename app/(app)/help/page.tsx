import type { Metadata } from 'next';
import { HelpIndex } from '@/components/help/help-pages';

export const metadata: Metadata = { title: 'Help' };

export default function Page() {
  return <HelpIndex />;
}
