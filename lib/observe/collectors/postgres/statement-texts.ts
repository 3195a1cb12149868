import type pg from 'pg';
import { parses } from '@/lib/targets/postgres/sql/parse';
import { textKey } from '@/lib/targets/postgres/sql/text-key';
import type { StatementsSource } from './statements-source';

/** Longest text kept, characters: longer ones are generated lists, and every snapshot stores them. */
const maxText = 10_000;
/** Texts remembered at most; beyond, those not asked for last are forgotten. */
const mostTexts = 1_000;

/** What a statement is: Ratchet's own, one that is not planned (utility), or one of the workload. */
type StatementKind = 'own' | 'utility' | 'planned';

export interface StatementText {
  query: string;
  /** Cut off by the server or by us, and does not parse. */
  truncated: boolean;
  /** What texts of one statement have in common; of a truncated one, its queryid. */
  key: string;
}

/**
 * SQL condition: the text is Ratchet's own. One queryid may have several texts: a statement of the application that
 * Ratchet probes as well is entered once for each role, and PostgreSQL 18 enters what is prepared with the text of its
 * PREPARE. Such a statement is the application's.
 */
const own = "(query like '%/* ratchet%' or query like 'PREPARE ratchet\\_%')";

/** SQL condition: the text, after leading comments and parentheses, starts like a statement that is planned. */
const planned = (query: string) =>
  `pg_catalog.regexp_replace(${query}, '^(\\s|\\(|/\\*.*?\\*/|--[^\\n]*\\n)+', '') ~* '^(select|insert|update|delete|merge|with|values|table)\\M'`;

const remembered = new WeakMap<pg.Client, StatementTexts>();

/** What this connection has learnt of the statements of its database so far. */
export function statementTexts(client: pg.Client): StatementTexts {
  const known = remembered.get(client) ?? new StatementTexts(client);
  remembered.set(client, known);
  return known;
}

/**
 * Texts of statements by queryid. Numbers change all the time and texts never: the server looks through its file of
 * texts only when there is a queryid that was not seen before.
 */
export class StatementTexts {
  readonly #own = new Set<string>();
  readonly #utility = new Set<string>();
  readonly #planned = new Set<string>();
  #texts = new Map<string, StatementText>();
  /** Of the statements there were when all of them were known last. */
  mark: string | null = null;

  constructor(readonly client: pg.Client) {}

  /** Nothing was learnt yet. */
  get empty(): boolean {
    return this.#own.size + this.#utility.size + this.#planned.size === 0;
  }

  /** Queryids of Ratchet's own statements, of all that were seen. */
  own(): string[] {
    return [...this.#own];
  }

  /** Queryids that are not of the workload: our own and utility statements. */
  uncounted(): string[] {
    return [...this.#own, ...this.#utility];
  }

  isPlanned(id: string): boolean {
    return this.#planned.has(id);
  }

  /** Which of these were not seen before. */
  unseen(ids: readonly string[]): string[] {
    return ids.filter((id) => !this.#planned.has(id) && !this.#utility.has(id) && !this.#own.has(id));
  }

  /** Learns what these are, or all there are; a text that the server cannot read now is asked for again next time. */
  async learn(source: StatementsSource, ids: readonly string[] | null): Promise<void> {
    const { rows } = await this.client.query<{ id: string; kind: StatementKind }>(
      `select /* ratchet */ queryid::text as id, case when bool_and(${own}) then 'own'
         when bool_or(${planned('query')} and not ${own}) then 'planned' else 'utility' end as kind
       from ${source.view}
       where dbid = (select oid from pg_catalog.pg_database where datname = current_database())
         and queryid is not null and query is not null and ($1::bigint[] is null or queryid = any($1::bigint[]))
       group by queryid`,
      [ids],
    );
    const of = { own: this.#own, utility: this.#utility, planned: this.#planned };
    for (const { id, kind } of rows) of[kind].add(id);
  }

  /** Forgets what the server has forgotten, so that a server with ever new statements does not fill our memory. */
  keep(ids: readonly string[]): void {
    const sets = [this.#own, this.#utility, this.#planned];
    if (sets.reduce((sum, set) => sum + set.size, 0) <= 2 * ids.length) return;
    const there = new Set(ids);
    for (const set of sets) for (const id of set) if (!there.has(id)) set.delete(id);
  }

  /** The texts of these statements; one that the server cannot read now is left out. `track` is track_activity_query_size. */
  async texts(
    source: StatementsSource,
    ids: readonly string[],
    track: number,
  ): Promise<ReadonlyMap<string, StatementText>> {
    const missing = ids.filter((id) => !this.#texts.has(id));
    if (missing.length > 0) {
      const { rows } = await this.client.query<{ id: string; query: string; length: number }>(
        `select /* ratchet */ queryid::text as id, left(min(query), ${maxText}) as query, length(min(query)) as length
         from ${source.view}
         where not ${own} and ${planned('query')} and dbid = (select oid from pg_catalog.pg_database where datname = current_database())
           and query is not null and queryid = any($1::bigint[])
         group by queryid`,
        [missing],
      );
      for (const { id, query, length } of rows) {
        // A text that fills its buffer may be whole by chance: it is cut off only if it does not parse either.
        const full = length > maxText || Buffer.byteLength(query) >= track - 1;
        const truncated = full && !(await parses(query));
        this.#texts.set(id, { query, truncated, key: truncated ? id : textKey(query) });
      }
    }
    if (this.#texts.size > mostTexts) {
      const asked = new Set(ids);
      for (const id of this.#texts.keys()) if (!asked.has(id)) this.#texts.delete(id);
    }
    return this.#texts;
  }
}
