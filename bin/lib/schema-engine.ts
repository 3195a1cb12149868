// Prisma's schema engine as WebAssembly, over `pg`: compares a database with prisma/schema.prisma without the
// native engine, which Prisma's CLI would download. For developers and CI; the product never runs it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQueryable,
} from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

type Result = { rows: unknown[]; fields?: { dataTypeID: number }[] };

// The adapter knows no column type for the catalogue's type "char" (oid 18): it is shown to it as text, and
// its columns are relabelled afterwards.
const CHAR = 18;
const TEXT = 25;
const charColumns = new WeakMap<object, number[]>();

function markCharColumns(result: Result): Result {
  const columns: number[] = [];
  for (const [i, field] of (result.fields ?? []).entries()) {
    if (field.dataTypeID !== CHAR) continue;
    field.dataTypeID = TEXT;
    columns.push(i);
  }
  if (columns.length) charColumns.set(result.rows, columns);
  return result;
}

// The signature of pg's query has a dozen overloads. The pool calls it with a callback, a transaction without.
class CatalogueClient extends pg.Client {
  override query = ((...args: unknown[]) => {
    const plain = super.query as unknown as (...a: unknown[]) => Promise<Result> | undefined;
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      args[args.length - 1] = (error: unknown, result?: Result) =>
        callback(error, result && markCharColumns(result));
      return plain.apply(this, args);
    }
    return plain.apply(this, args)?.then(markCharColumns);
  }) as unknown as pg.Client['query'];
}

type Begins = { startTransaction?: (level?: never) => Promise<SqlQueryable> };

function relabelled<T extends SqlQueryable & Begins>(connection: T): T {
  const queryRaw = connection.queryRaw.bind(connection);
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const i of charColumns.get(result.rows) ?? []) result.columnTypes[i] = ColumnTypeEnum.Character;
    return result;
  };
  const begin = connection.startTransaction?.bind(connection);
  if (begin) connection.startTransaction = async (level) => relabelled(await begin(level));
  return connection;
}

/** Discrete fields: with a connection string, the engine's "shadow" database would be the real one. */
function fields(url: string): pg.PoolConfig {
  const u = new URL(url);
  return {
    host: u.hostname,
    port: Number(u.port) || 5432,
    user: decodeURIComponent(u.username),
    password: decodeURIComponent(u.password),
    database: decodeURIComponent(u.pathname.slice(1)),
  };
}

let ready: Promise<void> | undefined;

async function load(): Promise<void> {
  const panics = {
    message: '',
    set_message(m: string) {
      this.message = m;
    },
  };
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: panics });
  const require = createRequire(import.meta.url);
  const dir = path.dirname(require.resolve('@prisma/schema-engine-wasm'));
  const bytes = fs.readFileSync(path.join(dir, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(bytes, {
    './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports,
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start: () => void }).__wbindgen_start();
}

/**
 * The SQL that would turn the database at `url` into prisma/schema.prisma; empty when they are the same.
 * Sees the schema `public` only: `series` and `graphile_worker` are not Prisma's.
 */
export async function diffFromSchema(url: string, schemaFile: string): Promise<string> {
  ready ??= load();
  await ready;
  const base = new PrismaPg({ ...fields(url), Client: CatalogueClient } as ConstructorParameters<
    typeof PrismaPg
  >[0]);
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: base.provider,
    adapterName: base.adapterName,
    connect: async () => relabelled(await base.connect()),
    connectToShadowDb: async () => relabelled(await base.connectToShadowDb()),
  };
  const schema = { path: schemaFile, content: fs.readFileSync(schemaFile, 'utf8') };
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [[schema.path, schema.content]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  const answer = await engine.diff({
    from: { tag: 'schemaDatasource', files: [schema], configDir: path.dirname(schemaFile) },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: true,
    filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
  });
  if (answer.exitCode === 0) return '';
  return answer.stdout ?? '';
}
