/** Doing words for the methods of HTTP; the path says the rest. */
const methods: Record<string, string> = {
  GET: 'Reading',
  HEAD: 'Asking about',
  POST: 'Sending to',
  PUT: 'Replacing at',
  PATCH: 'Changing at',
  DELETE: 'Deleting at',
};

const verbs: Record<string, string> = {
  aggregate: 'Summing up',
  insert: 'Adding to',
  update: 'Updating',
  delete: 'Deleting from',
  merge: 'Merging into',
};

/** Whether an endpoint or statement writes, by its name; null where the name does not tell. */
export function writes(endpoint: string): boolean | null {
  const http = /^([A-Z]+) \//.exec(endpoint)?.[1];
  if (http !== undefined) return !['GET', 'HEAD', 'OPTIONS'].includes(http);
  if (/^(insert|update|delete|merge) /.test(endpoint)) return true;
  return / #[0-9a-f]{4,}$/.test(endpoint) ? false : null;
}

/**
 * A measured endpoint or statement said in words: `GET /products` is "Reading /products", `tasks by user_id #9ca0` is
 * "Looking up tasks by user_id". Where two of `all` would read the same, the tag that tells them apart stays.
 */
export function inWords(endpoint: string, all: readonly string[]): string {
  const words = said(endpoint);
  const alike = all.some((other) => other !== endpoint && said(other) === words);
  return alike && words !== endpoint ? `${words} (${endpoint.split(' ').at(-1) ?? endpoint})` : words;
}

function said(endpoint: string): string {
  const [, method = '', path] = /^([A-Z]+) (\/.*)$/.exec(endpoint) ?? [];
  if (path !== undefined) return `${methods[method] ?? method} ${path}`;
  const [, name] = /^(.+) #[0-9a-f]{4,}$/.exec(endpoint) ?? [];
  if (name === undefined) return endpoint;
  const [, verb = '', object = ''] = /^(\w+) (.+)$/.exec(name) ?? [];
  const tables = (text: string) => text.replaceAll(' + ', ', ').replace(/, (\d+ more)/, ' and $1');
  const known = verbs[verb];
  if (known !== undefined) return `${known} ${tables(object)}`;
  return `${/ ordered by /.test(name) ? 'Listing' : 'Looking up'} ${tables(name)}`;
}
