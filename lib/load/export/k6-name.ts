/**
 * The name of an endpoint as a tag of k6. Selectors of k6's thresholds cannot hold braces and commas in a value, so
 * `/models/{model_id}` is written `/models/:model_id`.
 */
export function k6Name(endpoint: string): string {
  return endpoint.replace(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g, ':$1').replace(/[{},]/g, ' ');
}

/** The endpoint of a tag: the other way round. */
export function endpointOfK6Name(name: string): string {
  return name.replace(/(?<=[/=]):([A-Za-z_][A-Za-z0-9_]*)/g, '{$1}');
}
