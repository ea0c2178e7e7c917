import type { Capabilities, KindPair } from '../../src-preload/contract/capabilities.ts';
import { pickOne, pickSome, type Random } from '../servers/shared/random.ts';
import type { Deed, World } from './model.ts';
import { endsOf, pairsThere, put, readThere, toName } from './truth.ts';

const pairsOfKinds: readonly KindPair[] = ['asset', 'metric'].flatMap((source) =>
  ['asset', 'metric'].map((target) => ({ source, target })),
);

/** At least one pair of kinds, or nobody could relate anything. */
function drawPairs(random: Random): KindPair[] {
  return pickSome(random, pairsOfKinds, random() < 0.5 ? 2 : 3);
}

const listed = [['asset'], ['asset', 'metric'], []] as const;

/** What a remote may be able to do besides: drawn apart, so that earlier editions draw what they always did. */
export function drawMoreAbilities(capabilities: Capabilities, random: Random): Capabilities {
  return {
    ...capabilities,
    onePerPair: !(capabilities.typed && random() < 0.2),
    allowedPairs: random() < 0.3 ? drawPairs(random) : null,
    listedKinds: random() < 0.3 ? pickOne(random, listed) : null,
  };
}

type Change = (world: World, random: Random) => Partial<Capabilities>;

/** How what an account can do changes while people work with it; each is a whole sentence of the table. */
const changes = {
  'it takes fewer pairs of kinds': (_, random) => ({ allowedPairs: drawPairs(random) }),
  'it takes any pair of kinds': () => ({ allowedPairs: null }),
  'it asks for a type, or no longer': ({ capabilities: { typed, typeRequired } }) => ({
    typeRequired: typed && !typeRequired,
  }),
  'it takes shorter types, or any': ({ capabilities: { typed, typeMaxLength } }) => ({
    typeMaxLength: typed && typeMaxLength === null ? 4 : null,
  }),
  'it says that it may only be read, or no longer': ({ home, capabilities: { readOnlyReason } }) => {
    home.readOnly = readOnlyReason === null;
    return { readOnlyReason: home.readOnly ? 'This account may only read by now.' : null };
  },
  'a type vanishes with all that have it': (world, random) => {
    vanish(world, pickOne(random, world.types), random);
    return {};
  },
} as const satisfies Record<string, Change>;

/** What struck is told by these names. */
export const abilityNames: readonly string[] = Object.keys(changes).map((name) => `ability: ${name}`);

/** Relationships of the type get another one, as where a list of types is edited by an administrator. */
function vanish({ home }: World, type: string, random: Random): void {
  if (!home.typed) return;
  home.refusedTypes.add(type);
  const other = pickOne(random, ['a', 'b', 'c']);
  for (const pair of pairsThere(home)) {
    if (readThere(home, pair)?.type === type && other !== type) put(home, ...endsOf(home, pair), other);
  }
}

/** What the account can do changes; whoever works with it is told with the next sync. */
export const abilitiesChange: Deed = ({ world, random }) => {
  const [name, change] = pickOne(random, Object.entries<Change>(changes));
  world.capabilities = { ...world.capabilities, ...change(world, random) };
  world.seen.add(`ability: ${name}`);
  if (world.clients.some(({ book }) => book.runSince !== null)) world.seen.add('ability changed in a run');
  return name;
};

/** Nothing forbids any more what the user is to push at the end. */
export function allowEverything(world: World): void {
  const free = { allowedPairs: null, typeRequired: false, typeMaxLength: null, readOnlyReason: null };
  world.capabilities = { ...world.capabilities, ...free };
}

interface Asked {
  readonly source: { readonly kind: string; readonly remoteId: string };
  readonly target: { readonly kind: string; readonly remoteId: string };
  readonly type: string | null;
}

/** Why the remote refuses to make a relationship by what it can do; null where it does not. */
export function findHindrance(
  { directed, allowedPairs, typed, typeRequired, typeMaxLength, self }: Capabilities,
  { source, target, type }: Asked,
): string | null {
  if (!self && toName(source) === toName(target)) return 'nothing is related to itself';
  if (typed && typeRequired && type === null) return 'a type is missing';
  if (typed && typeMaxLength !== null && (type ?? '').length > typeMaxLength) return 'the type is too long';
  if (allowedPairs === null) return null;
  const isAllowed = allowedPairs.some(
    (pair) =>
      (pair.source === source.kind && pair.target === target.kind) ||
      (!directed && pair.source === target.kind && pair.target === source.kind),
  );
  return isAllowed ? null : `no ${source.kind} may be related to a ${target.kind}`;
}
