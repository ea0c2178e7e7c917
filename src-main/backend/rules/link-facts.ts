import type { Meaning } from '../../../src-preload/contract/type-meaning.ts';
import type { TypeFacts } from './judge-relationship.ts';

/** What is related by one type of the vocabulary, with what the rows before have added: facts for the judge. */
export interface LinkFacts {
  of(meaning: Meaning, source: number, target: number): TypeFacts;
  add(meaning: Meaning, source: number, target: number): void;
  /** Takes more that is there already, its ends in the order of the vocabulary. */
  addLinks(links: readonly Ends[]): void;
}

interface Ends {
  readonly sourceId: number;
  readonly targetId: number;
}

/** How many entities a look for circles follows from an end before it goes on from the other one alone. */
const FOLLOWED = 50_000;

/** Ends are ids, below zero for entities that are not made yet. */
export function createLinkFacts(links: readonly Ends[] = []): LinkFacts {
  const ahead = new Map<number, number[]>();
  const back = new Map<number, number[]>();
  const link = (source: number, target: number) => {
    push(ahead, source, target);
    push(back, target, source);
  };
  const addLinks = (more: readonly Ends[]) => {
    for (const { sourceId, targetId } of more) link(sourceId, targetId);
  };
  addLinks(links);
  return {
    addLinks,
    of: ({ type, reversed }, source, target) => {
      const [from, to] = reversed ? [target, source] : [source, target];
      const [near, far] = reversed ? [back, ahead] : [ahead, back];
      return {
        ofSource: near.get(source)?.length ?? 0,
        ofTarget: far.get(target)?.length ?? 0,
        related: includesLink(ahead.get(from), to, back.get(to), from),
        leadsBack: type.acyclic ? leads(ahead, back, to, from) : false,
      };
    },
    add: ({ type, reversed }, source, target) => {
      const [from, to] = reversed ? [target, source] : [source, target];
      link(from, to);
      if (type.symmetric && from !== to) link(to, from);
    },
  };
}

/** Looked for where the list is shorter: even beside a hub there are few. */
function includesLink(
  targets: readonly number[] | undefined,
  target: number,
  sources: readonly number[] | undefined,
  source: number,
): boolean {
  if (targets === undefined || sources === undefined) return false;
  return targets.length <= sources.length ? targets.includes(target) : sources.includes(source);
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/**
 * Whether `from` leads to `to`, followed from both ends at once: the smaller side decides how long it takes. Unknown
 * where both go on after so many: what is found by then does not depend on which side was followed first.
 */
function leads(
  ahead: ReadonlyMap<number, readonly number[]>,
  back: ReadonlyMap<number, readonly number[]>,
  from: number,
  to: number,
): boolean | 'unknown' {
  if (from === to) return true;
  const one: Side = { links: ahead, seen: new Set([from]), edge: [from] };
  const other: Side = { links: back, seen: new Set([to]), edge: [to] };
  for (;;) {
    if (one.edge.length === 0 || other.edge.length === 0) return false;
    const [isOneOpen, isOtherOpen] = [one.seen.size <= FOLLOWED, other.seen.size <= FOLLOWED];
    if (!isOneOpen && !isOtherOpen) return 'unknown';
    const isOneNext = isOneOpen && (!isOtherOpen || one.edge.length <= other.edge.length);
    if (isOneNext ? follow(one, other.seen) : follow(other, one.seen)) return true;
  }
}

interface Side {
  readonly links: ReadonlyMap<number, readonly number[]>;
  readonly seen: Set<number>;
  edge: number[];
}

function follow(side: Side, other: ReadonlySet<number>): boolean {
  const next: number[] = [];
  for (const at of side.edge) {
    for (const to of side.links.get(at) ?? []) {
      if (other.has(to)) return true;
      if (side.seen.has(to)) continue;
      side.seen.add(to);
      next.push(to);
    }
  }
  side.edge = next;
  return false;
}
