import { setImmediate as turn } from 'node:timers/promises';
import { RemoteError, type RemoteErrorKind } from '../../src-main/backend/remote/errors.ts';
import type {
  EntityRef,
  NamedEnd,
  Remote,
  RemoteEntity,
  RemoteFacts,
  RemoteRelationship,
} from '../../src-main/backend/remote/remote.ts';
import type { Capabilities } from '../../src-preload/contract/capabilities.ts';

export type FakeCall =
  | 'identify'
  | 'fetchEntities'
  | 'fetchRelationshipsOf'
  | 'fetchLiveness'
  | 'probe'
  | 'create'
  | 'remove';

/** What goes wrong with the next calls of one kind: before anything happens, or with the answer after it did. */
export interface FakeFault {
  readonly on: FakeCall;
  readonly kind: RemoteErrorKind;
  readonly when?: 'before' | 'after';
  /** Once when not said. */
  readonly times?: number;
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
  speakFor(fingerprint: string): void;
  addFault(fault: FakeFault): void;
}

interface Model {
  readonly entities: Map<string, RemoteEntity>;
  readonly relationships: Map<string, Held>;
  readonly refused: Set<string>;
  readonly typed: boolean;
  refusedTypes: readonly string[];
  nextId: number;
  readonly calls: string[];
  readonly faults: { fault: FakeFault; left: number }[];
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
};
const kinds = ['asset', 'dashboard', 'metric', 'collaborator'] as const;
const PAGE = 3;

/** An entity with plain values. */
export function toFakeEntity(kind: string, remoteId: string, name = `${kind} ${remoteId}`): RemoteEntity {
  return { kind, remoteId, lookupId: `lookup-${remoteId}`, name, archived: false, fields: [] };
}

export function createFakeRemote(
  entities: readonly RemoteEntity[] = [],
  { typed = false }: { readonly typed?: boolean } = {},
): FakeRemote {
  const model: Model = {
    entities: new Map(entities.map((entity) => [toKey(entity), entity])),
    relationships: new Map(),
    refused: new Set(),
    typed,
    refusedTypes: [],
    nextId: 1,
    calls: [],
    faults: [],
    fingerprint: 'the first identity',
  };
  const own = { ...capabilities, typed };
  return {
    capabilities: own,
    kinds,
    feed: null,
    batch: null,
    fetchCapabilities: async () => own,
    ...createCalls(model),
    ...createControls(model),
  };
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
  | 'speakFor'
  | 'addFault'
> {
  return {
    calls: model.calls,
    put: (source, target, type) => hold(model, [source, target], type ?? null),
    take: (source, target) => void model.relationships.delete(toPair(source, target)),
    has: (source, target) => model.relationships.has(toPair(source, target)),
    typeOf: (source, target) => model.relationships.get(toPair(source, target))?.type,
    putEntity: (entity) => void model.entities.set(toKey(entity), entity),
    takeEntity: (ref) => void model.entities.delete(toKey(ref)),
    refuse: (sourceKind, targetKind) => void model.refused.add(`${sourceKind} ${targetKind}`),
    allow: () => model.refused.clear(),
    refuseTypes: (...types) => {
      model.refusedTypes = types;
    },
    speakFor: (fingerprint) => {
      model.fingerprint = fingerprint;
    },
    addFault: (fault) => void model.faults.push({ fault, left: fault.times ?? 1 }),
  };
}

function createCalls(
  model: Model,
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
        const [near, far] = direction === 'outgoing' ? ([0, 1] as const) : ([1, 0] as const);
        return [...model.relationships.values()]
          .filter(({ ends }) => toKey(ends[near]) === toKey(entity))
          .map(({ ends, type, remoteId }) => {
            const { kind, remoteId: id } = ends[far];
            return { kind, remoteId: id, type, relationshipId: remoteId };
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
    describe: ({ source, target }, call) => ({ method: call, path: toPair(source, target) }),
  };
}

async function* fetchPages(model: Model, kind: string, signal: AbortSignal) {
  const rows = [...model.entities.values()].filter((entity) => entity.kind === kind);
  for (let skip = 0; skip === 0 || skip < rows.length; skip += PAGE) {
    yield await answer(model, 'fetchEntities', kind, signal, () => rows.slice(skip, skip + PAGE));
  }
}

/** Ids are new each time, as where a relationship is deleted and made again. */
function hold(model: Model, ends: readonly [NamedEnd, NamedEnd], type: string | null): void {
  const facts = model.typed ? { type, remoteId: `r${model.nextId}` } : { type: null, remoteId: null };
  model.nextId += 1;
  model.relationships.set(toPair(...ends), { ends, ...facts });
}

function findFacts(model: Model, source: NamedEnd, target: NamedEnd): RemoteFacts | null {
  const held = model.relationships.get(toPair(source, target));
  return held === undefined ? null : { type: held.type, remoteId: held.remoteId };
}

function create(model: Model, { source, target, type }: RemoteRelationship): RemoteFacts {
  refuseIfEndRemoved(model, [source, target]);
  const there = findFacts(model, source, target);
  if (there !== null) return there;
  const isRefused =
    model.refused.has(`${source.kind} ${target.kind}`) || model.refusedTypes.includes(type ?? '');
  if (isRefused) throw new RemoteError('refused', 'Fake, create: the relationship is not allowed.');
  hold(model, [source, target], type);
  return findFacts(model, source, target) ?? { type: null, remoteId: null };
}

function remove(model: Model, { source, target, remoteId }: RemoteRelationship): void {
  const there = findFacts(model, source, target);
  if (there !== null && there.remoteId !== remoteId) {
    throw new RemoteError('refused', 'Fake, remove: the relationship has another id by now.');
  }
  if (model.relationships.delete(toPair(source, target))) return;
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
  entry.left -= 1;
  if (entry.fault.when === 'after') body();
  const { kind, retryAfterMs = null } = entry.fault;
  throw new RemoteError(kind, `Fake, ${call}: ${kind}.`, { retryAfterMs });
}

function toKey({ kind, remoteId }: NamedEnd): string {
  return `${kind}:${remoteId}`;
}

function toPair(source: NamedEnd, target: NamedEnd): string {
  return `${toKey(source)} ${toKey(target)}`;
}
