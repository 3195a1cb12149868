'use client';
import { useRouter } from 'next/navigation';
import { useStack } from '@/lib/client/use-stack';
import { Button } from '../ui/button';
import { useTour } from './tour-state';

/** Begins the tour, or begins it anew. */
export function TourStart() {
  const router = useRouter();
  const { href } = useStack();
  const { go } = useTour();
  return (
    <Button
      onClick={() => {
        go(0);
        router.push(href('/'));
      }}
    >
      Show me around
    </Button>
  );
}
