import type { Page } from '@playwright/test';
import { toPlural } from '../../../src-main/backend/remote/clickie/kinds.ts';
import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { Answer, Channel, Params } from '../../../src-preload/contract/requests.ts';
import { type Random, shuffle } from '../../servers/shared/random.ts';

/** A pair of entities that a test relates and unrelates, and what was last acknowledged of it. */
export interface Pair {
  /** As the server writes it: `assets/1>metrics/2`. */
  readonly key: string;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  id: RelationshipId | null;
  /** Null while an answer was lost: either is right then. */
  related: boolean | null;
}

/** What became of one edit. `code` is null where it was acknowledged. */
export interface Outcome {
  readonly key: string;
  readonly related: boolean;
  readonly id: RelationshipId | null;
  readonly code: string | null;
}

/** Asks the data process through the window, as the window does. */
export async function ask<C extends Channel>(page: Page, channel: C, params: Params<C>): Promise<Answer<C>> {
  const call = { channel, params } as { channel: 'workspace:check'; params: Record<string, never> }; // typed by the caller's C
  const result = await page.evaluate(
    ({ channel: name, params: values }) => window.weft.request(name, values),
    call,
  );
  if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
  return result.value as unknown as Answer<C>; // the contract types it
}

/** What the workspace shows as related, by the keys of the server. Throws where one pair is there twice. */
export async function readRelated(page: Page): Promise<Map<string, { id: RelationshipId; state: string }>> {
  const related = new Map<string, { id: RelationshipId; state: string }>();
  for (let offset = 0; ; offset += 500) {
    const { rows, total } = await ask(page, 'relationships:page', { entityId: null, offset, limit: 500 });
    for (const { id, source, target, state } of rows) {
      const key = `${toServerKey(source.address)}>${toServerKey(target.address)}`;
      if (related.has(key)) throw new Error(`${key} is in the workspace twice.`);
      related.set(key, { id, state });
    }
    if (offset + 500 >= total) return related;
  }
}

/** `plant:asset:10` becomes `assets/10`. */
function toServerKey(address: string): string {
  const [, kind = '', id = ''] = address.split(':');
  return `${toPlural(kind)}/${id}`;
}

/** Pairs of an asset and a metric, half of them related now. */
export async function pickPairs(page: Page, random: Random, count: number): Promise<readonly Pair[]> {
  const related = await readRelated(page);
  const { rows } = await ask(page, 'entities:page', {
    search: '',
    kinds: ['asset', 'metric'],
    connectionId: null,
    offset: 0,
    limit: 500,
  });
  const [assets, metrics] = ['asset', 'metric'].map((kind) => rows.filter((row) => row.kind === kind));
  const all = shuffle(
    random,
    (assets ?? []).flatMap((source) => (metrics ?? []).map((target) => ({ source, target }))),
  ).map(({ source, target }) => {
    const key = `${toServerKey(source.address)}>${toServerKey(target.address)}`;
    const id = related.get(key)?.id ?? null;
    return { key, sourceId: source.id, targetId: target.id, id, related: id !== null };
  });
  const half = Math.floor(count / 2);
  return [
    ...all.filter((pair) => pair.related).slice(0, half),
    ...all.filter((pair) => !pair.related).slice(0, count - half),
  ];
}

/** Takes every pair once, and turns what it is. All are acknowledged. */
export async function turnAll(page: Page, pairs: readonly Pair[]): Promise<number> {
  return note(pairs, await edit(page, pairs, 1));
}

/** Turns pairs one after the other, several at a time, until the data process no longer answers. */
export async function editWithoutEnd(page: Page, pairs: readonly Pair[]): Promise<readonly Outcome[]> {
  return await edit(page, pairs, null);
}

/** Each third pair is turned beside the others, so that there is always an answer under way. */
async function edit(page: Page, pairs: readonly Pair[], rounds: number | null): Promise<readonly Outcome[]> {
  const streams = [0, 1, 2].map((first) => pairs.filter((_, index) => index % 3 === first));
  return await page.evaluate(
    async ({ streams: given, rounds: most }) => {
      const outcomes: Outcome[] = [];
      const turn = async (pair: Pair): Promise<boolean> => {
        const { key, sourceId, targetId, id } = pair;
        const related = pair.related !== true;
        const result = related
          ? await window.weft.request('relationships:relate', {
              sourceId,
              targetId,
              type: null,
              local: false,
            })
          : await window.weft.request('relationships:unrelate', { id: id ?? ('' as never) });
        if (result.ok) {
          pair.related = related;
          pair.id = result.value?.id ?? null;
        }
        outcomes.push({ key, related, id: pair.id, code: result.ok ? null : result.error.code });
        return result.ok;
      };
      const goOnce = async (stream: Pair[]): Promise<boolean> => {
        for (const pair of stream) {
          if (await turn(pair)) continue;
          await turn(pair); // somebody who does not see yet what happened clicks once more
          return false;
        }
        return true;
      };
      const follow = async (stream: Pair[]) => {
        let round = 1;
        while ((await goOnce(stream)) && round !== most) round += 1;
      };
      await Promise.all(given.map(follow));
      return outcomes;
    },
    { streams, rounds },
  );
}

/** Writes down what was acknowledged, and what nobody knows; the number of the acknowledged. */
export function note(pairs: readonly Pair[], outcomes: readonly Outcome[]): number {
  for (const { key, related, id, code } of outcomes) {
    const pair = pairs.find((one) => one.key === key);
    if (pair === undefined) throw new Error(`Nobody asked for ${key}.`);
    if (code !== null && code !== 'backend-gone') throw new Error(`${key} was refused: ${code}.`);
    pair.related = code === null ? related : null;
    pair.id = id;
  }
  return outcomes.filter(({ code }) => code === null).length;
}
