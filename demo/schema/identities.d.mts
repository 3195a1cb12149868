export function tokenOf(i: number): string;
export function isLasting(i: number): boolean;
export function emailOf(i: number): string;
