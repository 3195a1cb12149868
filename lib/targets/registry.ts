export { addTarget, type NewTarget } from './add';
export { addressOf } from './address';
export { loadTarget, loadTargets } from './load';
export { pauseTarget } from './pause';
export { removeTarget } from './remove';
export type { Target } from './target';
export { testConnection } from './test-connection';
export { updateTarget } from './update';
export { targetViews } from './views';
