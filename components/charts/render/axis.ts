/** What all axes have in common: quiet, 11.5 px, no lines of their own. */
export const axisText = { fill: 'var(--ink3)', fontSize: 11.5 } as const;
export const axisBase = { tickLine: false, axisLine: false, tick: axisText } as const;
export const gridLine = { stroke: 'var(--line2)' } as const;
export const cursorLine = { stroke: 'var(--edge)', strokeDasharray: '3 3' } as const;
