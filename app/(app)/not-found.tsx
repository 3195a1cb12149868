import Link from 'next/link';
import { Card } from '@/components/ui/card';
import { Empty } from '@/components/ui/states';

export default function NotFound() {
  return (
    <Card>
      <Empty
        title="There is no such page"
        action={
          <Link href="/" className="link">
            Overview
          </Link>
        }
      />
    </Card>
  );
}
