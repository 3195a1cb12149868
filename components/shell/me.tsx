'use client';
import { createContext, type ReactNode, useContext } from 'react';
import type { Me } from '@/lib/contracts/api';
import type { Role } from '@/lib/contracts/auth';
import { roleAllows } from '@/lib/contracts/roles';

const MeContext = createContext<Me>({ name: '', role: 'viewer', via: 'session' });

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext.Provider value={me}>{children}</MeContext.Provider>;
}

export const useMe = (): Me => useContext(MeContext);

/** Whether the signed-in person may do what `role` may. The server checks again. */
export const useMay = (role: Role): boolean => roleAllows(useMe().role, role);
