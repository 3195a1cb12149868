import type { AlertMessage, NotifierConnection } from '@/lib/contracts/alert';

/** A receiver that takes longer is given up on and tried again later. */
const timeoutMs = 10_000;

/**
 * Sends one message. Throws an Error with what the receiver answered, without the address, which may hold a secret.
 */
export async function send(connection: NotifierConnection, message: AlertMessage): Promise<void> {
  switch (connection.kind) {
    case 'webhook':
      return post(connection.url, message);
    case 'slack':
      // The format of Slack's incoming webhooks, which Mattermost, Rocket.Chat and Discord's /slack take as well.
      return post(connection.url, {
        text: `*${escapeSlack(message.title)}*\n${escapeSlack(message.text)}\n<${message.url}|Open Ratchet>`,
      });
    case 'email':
      return mail(connection, message);
  }
}

async function post(url: string, body: unknown): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'ratchet' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new Error(`no answer: ${reason(error)}`);
  }
  await response.body?.cancel();
  if (!response.ok) throw new Error(`answered ${response.status} ${response.statusText}`.trim());
}

async function mail(
  { server, from, to }: Extract<NotifierConnection, { kind: 'email' }>,
  message: AlertMessage,
): Promise<void> {
  // Loaded with the first e-mail: most never send one, and it takes 10 MB.
  const { default: nodemailer } = await import('nodemailer');
  const url = new URL(server);
  const transport = nodemailer.createTransport({
    host: url.hostname,
    port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 587),
    secure: url.protocol === 'smtps:',
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  try {
    await transport.sendMail({
      from,
      to,
      subject: `[Ratchet] ${message.title}`,
      text: `${message.text}\n\n${message.url}\n`,
    });
  } catch (error) {
    throw new Error(`the mail server refused: ${reason(error)}`);
  } finally {
    transport.close();
  }
}

/** What went wrong, without the address: undici puts the reason into `cause`. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `nothing within ${timeoutMs / 1000} s`;
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return 'code' in error ? String(error.code) : error.message;
}

const escapeSlack = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
