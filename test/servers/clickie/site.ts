/**
 * What one Clickie installation holds: accounts with their entities and edges, and the API keys that open them.
 * "Edge" is the server's word for what Weft calls a relationship: a parent, a child and nothing else.
 */

/** Entity types as they are written in URLs. Ids are integers and count separately in each type. */
export type EntityType = 'assets' | 'dashboards' | 'metrics' | 'collaborators';

/** All entity types, in the order in which lists are sorted. */
export const entityTypes: readonly EntityType[] = ['assets', 'dashboards', 'metrics', 'collaborators'];

/** Points at one entity of an account. */
export interface EntityRef {
  readonly type: EntityType;
  readonly id: number;
}

/** A directed link. It has no id, no fields and no times: it exists or it does not. */
export interface Edge {
  readonly parent: EntityRef;
  readonly child: EntityRef;
}

interface EntityBase {
  readonly id: number;
  readonly name: string;
  readonly description: string | null;
  readonly archived: boolean;
  /** Softly deleted: no longer answered, but its id stays taken. */
  readonly deleted: boolean;
}

export interface Asset extends EntityBase {
  readonly type: 'assets';
  readonly categoryId: number;
}

export interface Dashboard extends EntityBase {
  readonly type: 'dashboards';
  /** The dashboards' own hierarchy, which is not part of the relationships. */
  readonly parentId: number | null;
  readonly color: string;
}

/** Unit of measure. */
export interface Unit {
  readonly id: number;
  readonly name: string;
  readonly symbol: string;
}

export interface Metric extends EntityBase {
  readonly type: 'metrics';
  /** The UUID that `/metrics/{metric_identifier}` wants; relationships use the integer id. */
  readonly identifier: string;
  readonly unit: Unit;
  /** Comma-separated. */
  readonly tags: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

export interface Collaborator extends EntityBase {
  readonly type: 'collaborators';
  readonly lastName: string;
  readonly email: string;
  readonly roleId: number;
}

export type SiteEntity = Asset | Dashboard | Metric | Collaborator;

/** A change of the set of edges; `at` in milliseconds since 1970. */
export interface EdgeChange {
  readonly at: number;
  readonly change: 'created' | 'deleted';
  readonly edge: Edge;
}

type EdgeIndex = Map<string, Map<string, Edge>>;

export interface Account {
  readonly id: number;
  readonly name: string;
  readonly entities: Readonly<Record<EntityType, Map<number, SiteEntity>>>;
  /** Edges by parent, then by child. */
  readonly children: EdgeIndex;
  /** Edges by child, then by parent. */
  readonly parents: EdgeIndex;
  /** Oldest first; what a stale read takes back. */
  readonly changes: EdgeChange[];
  /** Sorted lists, dropped at every write. */
  readonly sorted: Map<string, readonly unknown[]>;
}

/** An API key speaks for one collaborator, in the accounts named, with that person's clearance (1 = most power). */
export interface ApiKey {
  readonly key: string;
  readonly accountIds: readonly number[];
  readonly collaboratorId: number;
  /** Name of the key's owner, for logs: never the key itself. */
  readonly owner: string;
  readonly clearance: number;
}

export interface Site {
  readonly accounts: Map<number, Account>;
  readonly keys: ApiKey[];
}

const keptChanges = 20_000;

/** A site without accounts and keys. */
export function createSite(): Site {
  return { accounts: new Map(), keys: [] };
}

/** Adds an empty account to the site and returns it. */
export function addAccount(site: Site, id: number, name: string): Account {
  const account: Account = {
    id,
    name,
    entities: { assets: new Map(), dashboards: new Map(), metrics: new Map(), collaborators: new Map() },
    children: new Map(),
    parents: new Map(),
    changes: [],
    sorted: new Map(),
  };
  site.accounts.set(id, account);
  return account;
}

/** The account of that id, or of the lowest id when none is named. Throws when there is none. */
export function mustAccount(site: Site, id?: number): Account {
  const account = site.accounts.get(id ?? Math.min(...site.accounts.keys()));
  if (!account) throw new Error(`The site has no account ${id ?? ''}`);
  return account;
}

/** Puts an entity into the account, in place of one with the same type and id. */
export function putEntity<T extends SiteEntity>(account: Account, entity: T): T {
  account.entities[entity.type].set(entity.id, entity);
  account.sorted.clear();
  return entity;
}

/** The entity, unless it does not exist or is softly deleted. */
export function findEntity(account: Account, ref: EntityRef): SiteEntity | undefined {
  const entity = account.entities[ref.type].get(ref.id);
  return entity?.deleted ? undefined : entity;
}

/** The metric of that UUID, in any letter case. */
export function findMetric(account: Account, identifier: string): SiteEntity | undefined {
  const wanted = identifier.toLowerCase();
  return entitiesOf(account, 'metrics').find(
    (entity) => entity.type === 'metrics' && entity.identifier === wanted,
  );
}

/** All entities of a type that are not deleted, by ascending id. */
export function entitiesOf(account: Account, type: EntityType): readonly SiteEntity[] {
  return remembered(account, `entities ${type}`, () =>
    [...account.entities[type].values()].filter((entity) => !entity.deleted).sort((a, b) => a.id - b.id),
  );
}

/** Marks an entity as archived or as active again. Returns whether it exists. */
export function archiveEntity(account: Account, ref: EntityRef, archived = true): boolean {
  const entity = findEntity(account, ref);
  if (!entity) return false;
  putEntity(account, { ...entity, archived });
  return true;
}

/** How an entity goes: `soft` keeps its id taken, `hard` frees it; `cascade` takes its edges along. */
export interface DeleteManner {
  readonly manner: 'soft' | 'hard';
  readonly cascade: boolean;
}

/** Deletes an entity; without `cascade` its edges stay behind and dangle. Returns whether it existed. */
export function deleteEntity(account: Account, ref: EntityRef, how: DeleteManner, at = Date.now()): boolean {
  const entity = findEntity(account, ref);
  if (!entity) return false;
  if (how.cascade) {
    for (const edge of [...edgesOf(account, ref, 'children'), ...edgesOf(account, ref, 'parents')]) {
      deleteEdge(account, edge, at);
    }
  }
  if (how.manner === 'soft') putEntity(account, { ...entity, deleted: true });
  else account.entities[ref.type].delete(ref.id);
  account.sorted.clear();
  return true;
}

/** The lowest id a new entity may take: with `reuse` one that was freed by a hard deletion, else above all. */
export function nextEntityId(account: Account, type: EntityType, reuse: boolean): number {
  const taken = account.entities[type];
  let id = reuse ? 1 : [...taken.keys()].reduce((highest, one) => Math.max(highest, one), 0) + 1;
  while (taken.has(id)) id += 1;
  return id;
}

/** Creates an edge. Returns false when it exists already; does not check that the ends exist. */
export function createEdge(account: Account, edge: Edge, at = Date.now()): boolean {
  if (hasEdge(account, edge)) return false;
  within(account.children, toKey(edge.parent)).set(toKey(edge.child), edge);
  within(account.parents, toKey(edge.child)).set(toKey(edge.parent), edge);
  note(account, { at, change: 'created', edge });
  return true;
}

/** Deletes an edge. Returns false when there was none. */
export function deleteEdge(account: Account, edge: Edge, at = Date.now()): boolean {
  if (!account.children.get(toKey(edge.parent))?.delete(toKey(edge.child))) return false;
  account.parents.get(toKey(edge.child))?.delete(toKey(edge.parent));
  note(account, { at, change: 'deleted', edge });
  return true;
}

/** Whether the edge exists, or existed at `asOf` (milliseconds since 1970). */
export function hasEdge(account: Account, edge: Edge, asOf = Number.POSITIVE_INFINITY): boolean {
  let exists = account.children.get(toKey(edge.parent))?.has(toKey(edge.child)) ?? false;
  for (const change of changesSince(account, asOf)) {
    if (isSameEdge(change.edge, edge)) exists = change.change === 'deleted';
  }
  return exists;
}

/** The edges below (`children`) or above (`parents`) an entity, sorted by type and id of the far end. */
export function edgesOf(
  account: Account,
  ref: EntityRef,
  side: 'children' | 'parents',
  asOf = Number.POSITIVE_INFINITY,
): readonly Edge[] {
  const live = account[side].get(toKey(ref));
  const undone = changesSince(account, asOf);
  if (undone.length === 0)
    return remembered(account, `${side} ${toKey(ref)}`, () => sortEdges(live?.values(), side));
  const near = side === 'children' ? 'parent' : 'child';
  const then = new Map(live);
  for (const { change, edge } of undone) {
    if (toKey(edge[near]) !== toKey(ref)) continue;
    if (change === 'created') then.delete(toKey(farEnd(edge, side)));
    else then.set(toKey(farEnd(edge, side)), edge);
  }
  return sortEdges(then.values(), side);
}

/** Every edge of the account, in no particular order. */
export function allEdges(account: Account): Edge[] {
  return Array.from(account.children.values(), (edges) => Array.from(edges.values())).flat();
}

/** The end that a list from the given side shows. */
export function farEnd(edge: Edge, side: 'children' | 'parents'): EntityRef {
  return side === 'children' ? edge.child : edge.parent;
}

/** A text that is the same for the same entity only, such as `assets/10`. */
export function toKey(ref: EntityRef): string {
  return `${ref.type}/${ref.id}`;
}

export function isSameEdge(a: Edge, b: Edge): boolean {
  return toKey(a.parent) === toKey(b.parent) && toKey(a.child) === toKey(b.child);
}

/** Whether a text from a URL names an entity type. */
export function isEntityType(text: string | undefined): text is EntityType {
  return entityTypes.some((type) => type === text);
}

function note(account: Account, change: EdgeChange): void {
  account.sorted.clear();
  account.changes.push(change);
  if (account.changes.length > keptChanges) account.changes.splice(0, keptChanges / 2);
}

/** Newest first, so that taking back one after the other leads to the state at `asOf`. */
function changesSince(account: Account, asOf: number): EdgeChange[] {
  if (asOf === Number.POSITIVE_INFINITY) return [];
  return account.changes.filter((change) => change.at > asOf).toReversed();
}

function sortEdges(edges: Iterable<Edge> | undefined, side: 'children' | 'parents'): Edge[] {
  return [...(edges ?? [])].sort((a, b) => compareRefs(farEnd(a, side), farEnd(b, side)));
}

function compareRefs(a: EntityRef, b: EntityRef): number {
  return entityTypes.indexOf(a.type) - entityTypes.indexOf(b.type) || a.id - b.id;
}

function within(index: EdgeIndex, key: string): Map<string, Edge> {
  const existing = index.get(key);
  if (existing) return existing;
  const created = new Map<string, Edge>();
  index.set(key, created);
  return created;
}

function remembered<T>(account: Account, name: string, make: () => readonly T[]): readonly T[] {
  // The name fixes the element type: each caller uses names of its own.
  const known = account.sorted.get(name) as readonly T[] | undefined;
  if (known) return known;
  const made = make();
  account.sorted.set(name, made);
  return made;
}
