import Link from 'next/link';
import { PlainPage } from '@/components/shell/plain-page';

export default function NotFound() {
  return (
    <PlainPage title="There is no such page">
      <p className="text-ink2">
        <Link href="/" className="link">
          Go to the overview
        </Link>
      </p>
    </PlainPage>
  );
}
