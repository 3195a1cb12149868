// The name lives below, so that a change can say which probes it affects.
export { probeName } from '@/lib/targets/postgres/sql/name';
