import { load } from 'js-yaml';

/** A YAML text as a value. Throws on a text that is no YAML. */
export const parseYaml = (text: string): unknown => load(text);
