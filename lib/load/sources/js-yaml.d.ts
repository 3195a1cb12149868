/** What is used of js-yaml, which brings no types of its own. */
declare module 'js-yaml' {
  export class Schema {
    extend(types: { implicit?: unknown[]; explicit?: unknown[] }): Schema;
  }
  export const CORE_SCHEMA: Schema;
  export const types: { merge: unknown };
  export class YAMLException extends Error {
    reason: string;
    /** Where it is, counted from 0; not there for what concerns the document as a whole. */
    mark?: { line: number; column: number };
  }
  export function load(
    text: string,
    options?: { schema?: Schema; maxDepth?: number; maxTotalMergeKeys?: number },
  ): unknown;
}
