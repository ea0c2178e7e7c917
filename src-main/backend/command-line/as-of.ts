import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import type { Client } from './client.ts';

type Reading = Pick<ConnectionStatus, 'name' | 'lastSyncedAt'>;

/** From when what the workspace shows is, by connection. */
export interface AsOf {
  /** When a connection was last read to its end; null if never, and for what no remote holds. */
  of(connection: string): string | null;
  /** For people: the oldest of these moments, and what was never read. Nothing where there is no connection. */
  readonly lines: readonly string[];
}

export async function readAsOf(client: Client): Promise<AsOf> {
  const connections = (await client.request('workspace:status', {}))?.connections ?? [];
  const moments = new Map(connections.map(({ name, lastSyncedAt }) => [name, lastSyncedAt]));
  return { of: (connection) => moments.get(connection) ?? null, lines: toAsOfLines(connections) };
}

/** A row with the moment from which it is. */
export function withAsOf<R extends { readonly connection: string }>(asOf: AsOf, row: R) {
  return { ...row, asOf: asOf.of(row.connection) };
}

/** Exported for its test. */
export function toAsOfLines(connections: readonly Reading[]): string[] {
  const [oldest] = connections.flatMap(({ lastSyncedAt }) => lastSyncedAt ?? []).toSorted();
  const unread = connections.filter(({ lastSyncedAt }) => lastSyncedAt === null).map(({ name }) => name);
  return [
    ...(oldest === undefined ? [] : [`as of ${oldest}`]),
    ...(unread.length === 0 ? [] : [`not read to its end yet: ${unread.join(', ')}`]),
  ];
}
