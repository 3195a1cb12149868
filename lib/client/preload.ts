import { preload } from 'react-dom';
import { apiUrl } from './fetch';

/** Where a page reads a report: without its rounds, nearly all of its size. The page shows what follows from them. */
export const reportToRead = (id: number) => ({ path: `reports/${id}`, query: { rounds: 'no' } });

/** Has the browser ask for a report while it still fetches the scripts that will show it. */
export function preloadReport(id: number): void {
  const { path, query } = reportToRead(id);
  // As fetch() asks by itself; asked otherwise, it would be asked twice.
  preload(apiUrl(path, query), { as: 'fetch', crossOrigin: 'anonymous' });
}
