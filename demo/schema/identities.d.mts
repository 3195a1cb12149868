export function tokenOf(i: number): string;
export function isActive(i: number): boolean;
export function emailOf(i: number): string;
