/** Words that mark a secret wherever they stand in a name, and those that do only as a word of their own. */
const anywhere =
  /token|secret|passw(or)?d|passphrase|api[-_]?key|session|csrf|xsrf|credential|jwt|bearer|signature|cookie/i;
const asWord = /(^|[-_.])(auth|authorization|sid|pwd|sig|otp|pin)([-_.]|$)/i;
const camel = /[a-z](?=[A-Z])/g;

/** Whether a header, query parameter or field of this name holds a secret: `authorization`, `cookie`, `x-api-key`, `access_token`. */
export function isSecretName(name: string): boolean {
  return anywhere.test(name) || asWord.test(name.replace(camel, '$&_'));
}

/** Headers that the sender sets itself, that belong to one connection or one browser, or that would turn answers into 304. */
const ownHeaders = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'upgrade-insecure-requests',
  'expect',
  'origin',
  'referer',
  'user-agent',
  'dnt',
  'priority',
  'pragma',
  'if-none-match',
  'if-modified-since',
]);

/** Whether a recorded header is worth sending again. Secrets are another matter, see `isSecretName`. */
export function isOwnHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return ownHeaders.has(lower) || lower.startsWith(':') || lower.startsWith('sec-');
}
