import { createRequire } from 'node:module';

// It brings no types of its own.
const yaml: { load(text: string): unknown } = createRequire(import.meta.url)('js-yaml');

/** A YAML text as a value. Throws on a text that is no YAML. */
export const parseYaml = (text: string): unknown => yaml.load(text);
