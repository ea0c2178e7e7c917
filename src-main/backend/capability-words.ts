import type { Capabilities } from '../../src-preload/contract/capabilities.ts';
import type { BatchCalls, ChangeFeed } from './remote/remote.ts';

/** The calls of a remote that not every remote has; null where it cannot be asked for want of its key. */
type Calls = { readonly feed: ChangeFeed | null; readonly batch: BatchCalls | null } | null;

/** What a remote can do with relationships, in sentences for people. */
export function describeCapabilities(capabilities: Capabilities, calls: Calls): string[] {
  return [
    capabilities.directed
      ? 'Relationships have a direction: A → B is not B → A.'
      : 'Relationships have no direction: A – B and B – A are one.',
    describeTypes(capabilities),
    capabilities.onePerPair
      ? 'One relationship for each pair.'
      : 'Several relationships for each pair, one of each type.',
    ...describePairs(capabilities),
    ...(calls === null ? [] : describeCalls(calls)),
  ];
}

function describeTypes({ typed, typeRequired, typeMaxLength }: Capabilities): string {
  if (!typed) return 'It keeps no types: a type is a mark of this workspace only.';
  const length = typeMaxLength === null ? '' : `, up to ${typeMaxLength} characters`;
  return `It keeps a type${length}${typeRequired ? '; each relationship needs one' : ''}.`;
}

function describePairs({ allowedPairs }: Capabilities): string[] {
  if (allowedPairs === null) return [];
  if (allowedPairs.length === 0) return ['No kinds of entities may be related.'];
  const pairs = allowedPairs.map(({ source, target }) => `${source} – ${target}`);
  return [`Only these kinds may be related: ${pairs.join(', ')}.`];
}

function describeCalls({ feed, batch }: NonNullable<Calls>): string[] {
  return [
    feed === null
      ? 'It does not tell what changed: each sync reads everything.'
      : 'It tells what changed since the last sync.',
    batch === null
      ? 'One relationship for each request.'
      : `Up to ${batch.limits.create} relationships created and ${batch.limits.remove} removed by one request.`,
  ];
}
