import { AppError } from '@/lib/contracts/error';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import type { LoadFileQuery, LoadSource } from '@/lib/contracts/load-source';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { discoverSource } from '@/lib/load/sources/discover';
import { scaleReplay } from '@/lib/load/sources/pace';
import { readSourceFile } from '@/lib/load/sources/read-file';
import { isSecretName } from '@/lib/load/sources/secrets';
import type { Store } from '@/lib/store/client';
import { httpBase } from '@/lib/targets/http/base';
import { loadTargets, type Target } from '@/lib/targets/registry';

/** The named HTTP target of a stack, else its first. @throws AppError not-found */
async function httpTarget(store: Store, { stack, target }: ObserveQuery): Promise<Target> {
  const all = (await loadTargets(store, { stack })).filter((t) => t.connection.kind === 'http');
  const found = target === undefined ? all[0] : all.find((t) => t.name === target);
  if (found) return found;
  throw new AppError(
    'not-found',
    `The stack ${stack} has no HTTP target${target ? ` named "${target}"` : ''}.`,
    {
      field: 'target',
    },
  );
}

/** A file as a workload for a target. @throws AppError bad-input with the file, the line and the fix */
export async function sourceOfFile(store: Store, query: LoadFileQuery, text: string): Promise<LoadSource> {
  const { stack, target: name, file, kind, writes, factor } = query;
  const target = await httpTarget(store, { stack, target: name });
  const baseUrl = target.connection.kind === 'http' ? httpBase(target.connection).url.href : undefined;
  const source = readSourceFile(file, text, {
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(kind === undefined ? {} : { kind }),
    ...(writes === undefined ? {} : { writes }),
  });
  if (!source.replay || factor === undefined) return source;
  return { ...source, replay: scaleReplay(source.replay, factor) };
}

/**
 * What is known of a target's endpoints. Secret headers of its mix stay on the server: the mix as a whole can be sent
 * with them, an edited copy cannot.
 * @throws AppError bad-input when nothing is known
 */
export async function discoveredSource(store: Store, query: ObserveQuery): Promise<LoadSource> {
  const target = await httpTarget(store, query);
  const row = await store.db.snapshot.findUnique({
    where: { targetId_collector: { targetId: target.id, collector: 'http' } },
  });
  const snapshot = HttpSnapshot.safeParse(row?.data);
  const source = await discoverSource(target, snapshot.success ? snapshot.data.routes : []);
  const hidden = new Set<string>();
  const requests = source.mix.requests.map((request) => {
    const headers = Object.entries(request.headers).filter(([name]) => {
      if (isSecretName(name)) hidden.add(name.toLowerCase());
      return !isSecretName(name);
    });
    return { ...request, headers: Object.fromEntries(headers) };
  });
  if (hidden.size === 0) return source;
  const note = `Secret headers of the mix are not shown (${[...hidden].join(', ')}). They are sent with the mix as it is, and not with an edited copy.`;
  return { ...source, mix: { ...source.mix, requests }, notes: [...source.notes, note] };
}
