import { setImmediate as turn } from 'node:timers/promises';
import { RemoteError, type RemoteErrorKind } from '../../src-main/backend/remote/errors.ts';
import type {
  EntityRef,
  NamedEnd,
  Remote,
  RemoteEntity,
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
}

/** A remote in memory. What it holds can be changed at any time, as by someone else. */
export interface FakeRemote extends Remote {
  /** Every call so far, oldest first, such as `create asset:10 metric:5`. */
  readonly calls: readonly string[];
  put(source: NamedEnd, target: NamedEnd): void;
  take(source: NamedEnd, target: NamedEnd): void;
  has(source: NamedEnd, target: NamedEnd): boolean;
  putEntity(entity: RemoteEntity): void;
  takeEntity(ref: NamedEnd): void;
  /** Refuses relationships between these kinds from now on. */
  refuse(sourceKind: string, targetKind: string): void;
  speakFor(fingerprint: string): void;
  addFault(fault: FakeFault): void;
}

interface Model {
  readonly entities: Map<string, RemoteEntity>;
  readonly relationships: Map<string, readonly [NamedEnd, NamedEnd]>;
  readonly refused: Set<string>;
  readonly calls: string[];
  readonly faults: { fault: FakeFault; left: number }[];
  fingerprint: string;
}

const capabilities: Capabilities = {
  directed: true,
  typed: false,
  onePerPair: true,
  self: false,
  readOnlyReason: null,
};
const kinds = ['asset', 'dashboard', 'metric', 'collaborator'] as const;
const PAGE = 3;

/** An entity with plain values. */
export function toFakeEntity(kind: string, remoteId: string, name = `${kind} ${remoteId}`): RemoteEntity {
  return { kind, remoteId, lookupId: `lookup-${remoteId}`, name, archived: false, fields: [] };
}

export function createFakeRemote(entities: readonly RemoteEntity[] = []): FakeRemote {
  const model: Model = {
    entities: new Map(entities.map((entity) => [toKey(entity), entity])),
    relationships: new Map(),
    refused: new Set(),
    calls: [],
    faults: [],
    fingerprint: 'the first identity',
  };
  return { capabilities, kinds, ...createCalls(model), ...createControls(model) };
}

function createControls(
  model: Model,
): Pick<
  FakeRemote,
  'calls' | 'put' | 'take' | 'has' | 'putEntity' | 'takeEntity' | 'refuse' | 'speakFor' | 'addFault'
> {
  return {
    calls: model.calls,
    put: (source, target) => void model.relationships.set(toPair(source, target), [source, target]),
    take: (source, target) => void model.relationships.delete(toPair(source, target)),
    has: (source, target) => model.relationships.has(toPair(source, target)),
    putEntity: (entity) => void model.entities.set(toKey(entity), entity),
    takeEntity: (ref) => void model.entities.delete(toKey(ref)),
    refuse: (sourceKind, targetKind) => void model.refused.add(`${sourceKind} ${targetKind}`),
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
      answer(model, 'identify', '', signal, () => ({ fingerprint: model.fingerprint, label: 'Fake' })),
    fetchEntities: (kind, signal) => fetchPages(model, kind, signal),
    fetchRelationshipsOf: (entity, direction, signal) =>
      answer(model, 'fetchRelationshipsOf', `${toKey(entity)} ${direction}`, signal, () => {
        const [near, far] = direction === 'outgoing' ? ([0, 1] as const) : ([1, 0] as const);
        return [...model.relationships.values()]
          .filter((pair) => toKey(pair[near]) === toKey(entity))
          .map((pair) => ({ kind: pair[far].kind, remoteId: pair[far].remoteId }));
      }),
    fetchLiveness: (entity, signal) =>
      answer(model, 'fetchLiveness', toKey(entity), signal, () => {
        if (entity.lookupId === '') return 'unknown';
        return model.entities.has(toKey(entity)) ? 'alive' : 'gone';
      }),
    probe: ({ source, target }, signal) =>
      answer(model, 'probe', toPair(source, target), signal, () =>
        model.relationships.has(toPair(source, target)),
      ),
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

function create(model: Model, { source, target }: RemoteRelationship): void {
  refuseIfEndRemoved(model, [source, target]);
  if (
    model.refused.has(`${source.kind} ${target.kind}`) &&
    !model.relationships.has(toPair(source, target))
  ) {
    throw new RemoteError('refused', 'Fake, create: the relationship is not allowed.');
  }
  model.relationships.set(toPair(source, target), [source, target]);
}

function remove(model: Model, { source, target }: RemoteRelationship): void {
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
  throw new RemoteError(entry.fault.kind, `Fake, ${call}: ${entry.fault.kind}.`);
}

function toKey({ kind, remoteId }: NamedEnd): string {
  return `${kind}:${remoteId}`;
}

function toPair(source: NamedEnd, target: NamedEnd): string {
  return `${toKey(source)} ${toKey(target)}`;
}
