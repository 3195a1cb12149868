'use client';
import Link from 'next/link';
import type { ComponentProps } from 'react';
import { useStack } from '@/lib/client/use-stack';

/** A link that carries the chosen stack along. */
export function StackLink({ href, ...rest }: Omit<ComponentProps<typeof Link>, 'href'> & { href: string }) {
  const stack = useStack();
  return <Link prefetch={false} href={stack.href(href)} {...rest} />;
}
