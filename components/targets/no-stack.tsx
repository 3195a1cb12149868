'use client';
import { useMay } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import { buttonClass } from '../ui/button';
import { Card } from '../ui/card';
import { Empty } from '../ui/states';

/** Nothing is watched yet. */
export function NoStack() {
  const may = useMay('admin');
  return (
    <Card>
      <Empty
        title="Nothing is watched yet"
        action={
          may ? (
            <StackLink href="/targets" className={buttonClass('primary')}>
              Add a target
            </StackLink>
          ) : undefined
        }
      >
        {may
          ? 'Add a PostgreSQL database, a Redis server, a Docker engine or an HTTP service to begin.'
          : 'An admin can add a PostgreSQL database, a Redis server, a Docker engine or an HTTP service.'}
      </Empty>
    </Card>
  );
}
