import { z } from 'zod';
import type { Capabilities, KindPair } from '../../../../src-preload/contract/capabilities.ts';
import { foreign, readBody } from './answers.ts';
import { type AutodeskCalls, refuseBadProject } from './calls.ts';
import { sendDiagnosed, WRITABLE } from './diagnose.ts';
import { ASSET_DOMAIN, toKind } from './kinds.ts';

const AllowList = z.array(
  z.looseObject({
    domain: z.string(),
    entityTypes: z.array(
      z.looseObject({
        entityType: z.string(),
        allow: z.array(z.looseObject({ domain: z.string(), entityTypes: z.array(z.string()) })),
      }),
    ),
  }),
);

/** What the Assets API of BIM 360 relates an asset to; from the published page of its endpoint. */
export const LEGACY_KINDS: readonly string[] = ['checklist', 'documentlineage', 'issue'];

export function toKindsKey(one: string, other: string): string {
  return [one, other].toSorted().join(' | ');
}

/**
 * The allow list, as far as it is about assets and categories (the feed tells of no others), in both orders, with what
 * only the older endpoint takes. It is the same for all projects: one may still refuse a pair.
 */
export async function fetchCapabilities(
  calls: AutodeskCalls,
  capabilities: Capabilities,
  signal: AbortSignal,
): Promise<Capabilities> {
  refuseBadProject(calls);
  const call = `GET ${WRITABLE}`;
  const answer = await sendDiagnosed(calls, calls.relationships, { method: 'GET', path: WRITABLE, signal });
  const parsed = AllowList.safeParse(readBody(answer, call));
  if (!parsed.success) throw foreign(call, 'the allow list cannot be read', parsed.error);
  const told = parsed.data.flatMap((near) => near.entityTypes.flatMap((type) => toPairs(near.domain, type)));
  calls.writable = new Set(told.map(({ source, target }) => toKindsKey(source, target)));
  const legacy = LEGACY_KINDS.map((target) => ({ source: 'asset', target }));
  return { ...capabilities, allowedPairs: inBothOrders([...told, ...legacy]) };
}

type Near = z.infer<typeof AllowList>[number]['entityTypes'][number];

function toPairs(domain: string, { entityType, allow }: Near): KindPair[] {
  return allow.flatMap((far) =>
    far.entityTypes.flatMap((type) =>
      domain === ASSET_DOMAIN || far.domain === ASSET_DOMAIN
        ? [{ source: toKind(domain, entityType), target: toKind(far.domain, type) }]
        : [],
    ),
  );
}

function inBothOrders(pairs: readonly KindPair[]): KindPair[] {
  const all = pairs.flatMap(({ source, target }) => [
    { source, target },
    { source: target, target: source },
  ]);
  return [...new Map(all.map((pair) => [`${pair.source} | ${pair.target}`, pair])).values()];
}
