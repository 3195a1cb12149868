import pg from 'pg';

/**
 * One connection per piece of work, opened and closed each time: what a team has that never thought about a
 * pool. The cost is real: a TCP connection, a SCRAM handshake and a new backend process.
 */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'demo-api',
    statement_timeout: 30_000,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
