'use client';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import { findingsQuery } from '@/lib/client/queries/findings';
import { trialsQuery } from '@/lib/client/queries/trials';
import type { TourState } from '@/lib/client/tour';
import { useStack } from '@/lib/client/use-stack';
import type { Me } from '@/lib/contracts/api';
import { TourProvider } from '../tour/tour-state';
import { MeProvider } from './me';
import { PhoneNav } from './phone-nav';
import { Providers } from './providers';
import { Shortcuts } from './shortcuts';
import { Sidebar } from './sidebar';
import { TopBar } from './top-bar';

interface ShellProps {
  me: Me;
  folded: boolean;
  tour: TourState;
  children: ReactNode;
}

export function Shell({ me, folded, tour, children }: ShellProps) {
  return (
    <Providers>
      <MeProvider me={me}>
        <Suspense>
          <TourProvider start={tour}>
            <Frame folded={folded}>{children}</Frame>
          </TourProvider>
        </Suspense>
      </MeProvider>
    </Providers>
  );
}

function Frame({ folded, children }: { folded: boolean; children: ReactNode }) {
  const { stack } = useStack();
  const findings = useQuery(findingsQuery(stack, 'open'));
  const trials = useQuery(trialsQuery(stack));
  const counts = {
    '/findings': findings.data?.length,
    '/trials': trials.data?.filter((t) => t.state === 'running' || t.state === 'queued').length,
  };
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only rounded-lg bg-ink px-3 py-2 text-bg focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to content
      </a>
      <Sidebar counts={counts} folded={folded} />
      <div className="min-w-0 flex-1">
        <div className="mx-auto max-w-[1800px] px-3 pt-3 pb-24 sm:px-4 md:px-6 md:pb-10 print:p-0">
          <TopBar />
          <main id="main" tabIndex={-1} className="outline-none">
            {children}
          </main>
        </div>
      </div>
      <PhoneNav />
      <Shortcuts />
    </div>
  );
}
