import { setImmediate as turn } from 'node:timers/promises';
import { RemoteError, type RemoteErrorKind } from '../../src-main/backend/remote/errors.ts';
import type {
  BatchCalls,
  EntityRef,
  NamedEnd,
  Remote,
  RemoteEntity,
  RemoteFacts,
  RemoteRelationship,
} from '../../src-main/backend/remote/remote.ts';
import type { Capabilities } from '../../src-preload/contract/capabilities.ts';
import { createFakeBatch, smallLimits } from './fake-batch.ts';
import { createFakeChanges, createFakeFeed, type FakeChanges } from './fake-feed.ts';

export type FakeCall =
  | 'identify'
  | 'fetchEntities'
  | 'fetchRelationshipsOf'
  | 'fetchLiveness'
  | 'probe'
  | 'create'
  | 'remove'
  | 'fetchCapabilities'
  | 'fetchChanges'
  | 'probeBatch'
  | 'createBatch'
  | 'removeBatch';

/** What a fake can do; nothing of it when not said, but directed. */
export interface FakeOptions {
  readonly typed?: boolean;
  readonly directed?: boolean;
  readonly feed?: boolean;
  /** The most in one request of each sort; small ones when only `true` is said. */
  readonly batch?: boolean | BatchCalls['limits'];
  readonly clientIds?: boolean;
  readonly absenceProof?: Capabilities['absenceProof'];
}

/** What goes wrong with the next calls of one kind: before anything happens, or with the answer after it did. */
export interface FakeFault {
  readonly on: FakeCall;
  readonly kind: RemoteErrorKind;
  readonly when?: 'before' | 'after';
  /** Once when not said. */
  readonly times?: number;
  /** How many calls go well first. */
  readonly skip?: number;
  /** For `rate-limited`: how long it wants to be left in peace. */
  readonly retryAfterMs?: number;
}

/** A remote in memory. What it holds can be changed at any time, as by someone else. */
export interface FakeRemote extends Remote {
  /** Every call so far, oldest first, such as `create asset:10 metric:5`. */
  readonly calls: readonly string[];
  put(source: NamedEnd, target: NamedEnd, type?: string): void;
  take(source: NamedEnd, target: NamedEnd): void;
  has(source: NamedEnd, target: NamedEnd): boolean;
  /** Undefined where there is no such relationship. */
  typeOf(source: NamedEnd, target: NamedEnd): string | null | undefined;
  putEntity(entity: RemoteEntity): void;
  takeEntity(ref: NamedEnd): void;
  /** Refuses relationships between these kinds from now on. */
  refuse(sourceKind: string, targetKind: string): void;
  /** Refuses no kinds any more. */
  allow(): void;
  /** Refuses relationships of these types from now on, and no others. */
  refuseTypes(...types: readonly string[]): void;
  /** Keeps a type as another one from now on, whoever creates with it. */
  keepTypeAs(type: string, kept: string): void;
  speakFor(fingerprint: string): void;
  /** Narrows what the account can do from now on. */
  narrow(capabilities: Partial<Capabilities>): void;
  /** The feed forgets what is gone: it starts over, whatever the cursor; on every page of that where `all`. */
  startOver(pages?: 'first' | 'all'): void;
  /** Takes no cursor that was given so far, so many times. */
  loseCursors(times?: number): void;
  /** An id that a deleted relationship had, or one of other ends has. */
  takeId(remoteId: string): void;
  addFault(fault: FakeFault): void;
  /** Every relationship that came or went, oldest first, such as `+ asset:1 metric:2 type` or `- asset:1 metric:2`. */
  readonly effects: readonly string[];
  /** Keeps all that it holds as it is now; what is returned brings it back, as often as it is called. */
  remember(): () => void;
}

interface Model {
  entities: Map<string, RemoteEntity>;
  relationships: Map<string, Held>;
  refused: Set<string>;
  readonly capabilities: Capabilities;
  told: Partial<Capabilities>;
  takenIds: Set<string>;
  readonly changes: FakeChanges;
  refusedTypes: readonly string[];
  readonly keptTypes: Map<string | null, string>;
  nextId: number;
  readonly calls: string[];
  faults: { fault: FakeFault; left: number; skip: number }[];
  readonly effects: string[];
  fingerprint: string;
}

interface Held extends RemoteFacts {
  readonly ends: readonly [NamedEnd, NamedEnd];
}

const capabilities: Capabilities = {
  directed: true,
  typed: false,
  typeMaxLength: null,
  typeRequired: false,
  onePerPair: true,
  self: false,
  allowedPairs: null,
  clientIds: false,
  absenceProof: 'probe-and-ends',
  readOnlyReason: null,
  listedKinds: null,
};
const kinds = ['asset', 'dashboard', 'metric', 'collaborator'] as const;

const PAGE = 3;

/** An entity with plain values. */
export function toFakeEntity(kind: string, remoteId: string, name = `${kind} ${remoteId}`): RemoteEntity {
  return { kind, remoteId, lookupId: `lookup-${remoteId}`, name, archived: false, fields: [] };
}

export function createFakeRemote(
  entities: readonly RemoteEntity[] = [],
  options: FakeOptions = {},
): FakeRemote {
  const { feed = false, batch = false, ...narrowed } = options;
  const own = { ...capabilities, ...narrowed };
  const model: Model = {
    entities: new Map(entities.map((entity) => [toKey(entity), entity])),
    relationships: new Map(),
    refused: new Set(),
    capabilities: own,
    told: {},
    takenIds: new Set(),
    changes: createFakeChanges(),
    refusedTypes: [],
    keptTypes: new Map(),
    nextId: 1,
    calls: [],
    faults: [],
    effects: [],
    fingerprint: 'the first identity',
  };
  return {
    capabilities: own,
    kinds,
    feed: feed ? createFakeFeed(model, answer) : null,
    batch: toBatch(model, batch),
    fetchCapabilities: (signal) =>
      answer(model, 'fetchCapabilities', '', signal, () => ({ ...own, ...model.told })),
    ...createCalls(model, batch !== false),
    ...createControls(model),
  };
}

function toBatch(model: Model, batch: Exclude<FakeOptions['batch'], undefined>): BatchCalls | null {
  if (batch === false) return null;
  const limits = batch === true ? smallLimits : batch;
  return createFakeBatch(model, limits, { answer, find: findFacts, create, remove });
}

function createControls(
  model: Model,
): Pick<
  FakeRemote,
  | 'calls'
  | 'put'
  | 'take'
  | 'has'
  | 'typeOf'
  | 'putEntity'
  | 'takeEntity'
  | 'refuse'
  | 'allow'
  | 'refuseTypes'
  | 'keepTypeAs'
  | 'speakFor'
  | 'narrow'
  | 'startOver'
  | 'loseCursors'
  | 'takeId'
  | 'addFault'
  | 'effects'
  | 'remember'
> {
  return {
    calls: model.calls,
    put: (source, target, type) => hold(model, [source, target], type ?? null),
    take: (source, target) => void drop(model, source, target),
    has: (source, target) => model.relationships.has(toPairOf(model, source, target)),
    typeOf: (source, target) => model.relationships.get(toPairOf(model, source, target))?.type,
    putEntity: (entity) => void model.entities.set(toKey(entity), entity),
    takeEntity: (ref) => void model.entities.delete(toKey(ref)),
    refuse: (sourceKind, targetKind) => void model.refused.add(`${sourceKind} ${targetKind}`),
    allow: () => model.refused.clear(),
    refuseTypes: (...types) => {
      model.refusedTypes = types;
    },
    keepTypeAs: (type, kept) => void model.keptTypes.set(type, kept),
    speakFor: (fingerprint) => {
      model.fingerprint = fingerprint;
    },
    narrow: (told) => {
      model.told = told;
    },
    startOver: (pages = 'first') => model.changes.startOver([...model.relationships.values()], pages),
    loseCursors: (times = 1) => model.changes.lose([...model.relationships.values()], times),
    takeId: (remoteId) => void model.takenIds.add(remoteId),
    addFault: (fault) => void model.faults.push({ fault, left: fault.times ?? 1, skip: fault.skip ?? 0 }),
    effects: model.effects,
    remember: () => remember(model),
  };
}

function remember(model: Model): () => void {
  const restoreChanges = model.changes.remember();
  const { entities, relationships, refused, takenIds, told, refusedTypes, nextId, fingerprint } = model;
  const kept = {
    entities: new Map(entities),
    relationships: new Map(relationships),
    refused: new Set(refused),
    takenIds: new Set(takenIds),
    faults: model.faults.map((entry) => ({ ...entry })),
  };
  return () => {
    restoreChanges();
    model.effects.length = 0;
    Object.assign(model, { told, refusedTypes, nextId, fingerprint });
    model.entities = new Map(kept.entities);
    model.relationships = new Map(kept.relationships);
    model.refused = new Set(kept.refused);
    model.takenIds = new Set(kept.takenIds);
    model.faults = kept.faults.map((entry) => ({ ...entry }));
  };
}

function createCalls(
  model: Model,
  isBatching: boolean,
): Pick<
  Remote,
  | 'identify'
  | 'fetchEntities'
  | 'fetchRelationshipsOf'
  | 'fetchLiveness'
  | 'probe'
  | 'create'
  | 'remove'
  | 'describe'
  | 'describeLiveness'
> {
  return {
    identify: (signal) =>
      answer(model, 'identify', '', signal, () => ({
        fingerprint: model.fingerprint,
        label: 'Fake',
        account: '1',
      })),
    fetchEntities: (kind, signal) => fetchPages(model, kind, signal),
    fetchRelationshipsOf: (entity, direction, signal) =>
      answer(model, 'fetchRelationshipsOf', `${toKey(entity)} ${direction}`, signal, () => {
        const isNear = (end: NamedEnd) => toKey(end) === toKey(entity);
        const both = !model.capabilities.directed;
        return [...model.relationships.values()].flatMap(({ ends, type, remoteId }) => {
          const [source, target] = ends;
          const far =
            (both || direction === 'outgoing') && isNear(source)
              ? target
              : (both || direction === 'incoming') && isNear(target)
                ? source
                : null;
          if (far === null) return [];
          return [{ kind: far.kind, remoteId: far.remoteId, type, relationshipId: remoteId }];
        });
      }),
    fetchLiveness: (entity, signal) =>
      answer(model, 'fetchLiveness', toKey(entity), signal, () => {
        if (entity.lookupId === '') return 'unknown';
        return model.entities.has(toKey(entity)) ? 'alive' : 'gone';
      }),
    probe: ({ source, target }, signal) =>
      answer(model, 'probe', toPair(source, target), signal, () => findFacts(model, source, target)),
    create: (relationship, signal) =>
      answer(model, 'create', toPair(relationship.source, relationship.target), signal, () =>
        create(model, relationship),
      ),
    remove: (relationship, signal) =>
      answer(model, 'remove', toPair(relationship.source, relationship.target), signal, () =>
        remove(model, relationship),
      ),
    describe: (call, foreseen) => {
      const about = foreseen.map(({ relationship }) => relationship);
      const pairs = about.map(({ source, target }) => toPair(source, target));
      if (isBatching) return [{ method: `${call}Batch`, path: pairs.join(', '), about }];
      return about.map((one, index) => ({ method: call, path: pairs[index] ?? '', about: [one] }));
    },
    describeLiveness: (entity) => ({ method: 'fetchLiveness', path: toKey(entity) }),
  };
}

async function* fetchPages(model: Model, kind: string, signal: AbortSignal) {
  const rows = [...model.entities.values()].filter((entity) => entity.kind === kind);
  for (let skip = 0; skip === 0 || skip < rows.length; skip += PAGE) {
    yield await answer(model, 'fetchEntities', kind, signal, () => rows.slice(skip, skip + PAGE));
  }
}

/** Ids are new each time, as where a relationship is deleted and made again. */
function hold(
  model: Model,
  ends: readonly [NamedEnd, NamedEnd],
  type: string | null,
  proposedId: string | null = null,
): void {
  const { typed, clientIds } = model.capabilities;
  const remoteId = typed || clientIds ? (proposedId ?? `r${model.nextId}`) : null;
  model.nextId += 1;
  if (remoteId !== null) model.takenIds.add(remoteId);
  drop(model, ...ends);
  const held = { ends, type: typed ? type : null, remoteId };
  model.relationships.set(toPairOf(model, ...ends), held);
  model.effects.push(`+ ${toPairOf(model, ...ends)} ${held.type ?? '-'}`);
  model.changes.note('present', held);
}

function drop(model: Model, source: NamedEnd, target: NamedEnd): boolean {
  const pair = toPairOf(model, source, target);
  const held = model.relationships.get(pair);
  if (held === undefined) return false;
  model.changes.note('removed', held);
  model.effects.push(`- ${pair}`);
  return model.relationships.delete(pair);
}

function findFacts(model: Model, source: NamedEnd, target: NamedEnd): RemoteFacts | null {
  const held = model.relationships.get(toPairOf(model, source, target));
  return held === undefined ? null : { type: held.type, remoteId: held.remoteId };
}

function create(model: Model, { source, target, type, remoteId }: RemoteRelationship): RemoteFacts {
  refuseIfEndRemoved(model, [source, target]);
  const there = findFacts(model, source, target);
  if (there !== null) return there;
  const isRefused =
    model.refused.has(`${source.kind} ${target.kind}`) || model.refusedTypes.includes(type ?? '');
  if (isRefused) throw new RemoteError('refused', 'Fake, create: the relationship is not allowed.');
  const proposedId = model.capabilities.clientIds ? remoteId : null;
  if (proposedId !== null && model.takenIds.has(proposedId)) {
    throw new RemoteError('id-taken', 'Fake, create: another relationship has or had that id.');
  }
  hold(model, [source, target], model.keptTypes.get(type) ?? type, proposedId);
  return findFacts(model, source, target) ?? { type: null, remoteId: null };
}

function remove(model: Model, { source, target, remoteId }: RemoteRelationship): void {
  const there = findFacts(model, source, target);
  if (there !== null && there.remoteId !== remoteId) {
    throw new RemoteError('refused', 'Fake, remove: the relationship has another id by now.');
  }
  if (drop(model, source, target)) return;
  refuseIfEndRemoved(model, [source, target]);
}

function refuseIfEndRemoved(model: Model, ends: readonly EntityRef[]): void {
  const removedEnds = ends.filter((end) => !model.entities.has(toKey(end)));
  if (removedEnds.length === 0) return;
  throw new RemoteError('end-removed', 'Fake: an end is gone.', { removedEnds });
}

async function answer<T>(
  model: Model,
  call: FakeCall,
  about: string,
  signal: AbortSignal,
  body: () => T,
): Promise<T> {
  model.calls.push(`${call} ${about}`.trim());
  await turn();
  if (signal.aborted) throw new RemoteError('cancelled', `Fake, ${call} was cancelled.`);
  const entry = model.faults.find(({ fault, left }) => fault.on === call && left > 0);
  if (entry === undefined) return body();
  if (entry.skip > 0) {
    entry.skip -= 1;
    return body();
  }
  entry.left -= 1;
  if (entry.fault.when === 'after') body();
  const { kind, retryAfterMs = null } = entry.fault;
  throw new RemoteError(kind, `Fake, ${call}: ${kind}.`, { retryAfterMs });
}

function toKey({ kind, remoteId }: NamedEnd): string {
  return `${kind}:${remoteId}`;
}

/** The same for both orders where there is no direction. */
function toPairOf({ capabilities: { directed } }: Model, source: NamedEnd, target: NamedEnd): string {
  return directed || toKey(source) < toKey(target) ? toPair(source, target) : toPair(target, source);
}

function toPair(source: NamedEnd, target: NamedEnd): string {
  return `${toKey(source)} ${toKey(target)}`;
}
