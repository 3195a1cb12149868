'use client';
import { useQuery } from '@tanstack/react-query';
import { sharesQuery } from '@/lib/client/queries/shares';
import { useMay } from '../shell/me';
import { Card } from '../ui/card';
import { Loaded } from '../ui/states';
import { ShareRow } from './share-row';

/** All links that work now; nothing where there is none. */
export function SharesCard() {
  const may = useMay('operator');
  const query = useQuery(sharesQuery(may));
  if (!may || query.data?.length === 0) return null;
  return (
    <Card title="Links to reports" note="those that work now">
      <Loaded query={query}>
        {(shares) => (
          <ul>
            {shares.map((s) => (
              <ShareRow key={s.id} share={s} named />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}
