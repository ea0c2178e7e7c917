/**
 * What one installation of Autodesk's cloud holds: users, apps, hubs and projects with assets, the entities that
 * assets are related to, and relationships. All times are in milliseconds since 1970.
 */
import { type EntityRef, kinds, toKey } from './entity-ref.ts';

/** A person. The id is the Oxygen id, which is no name. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** A registered app of the type "Desktop, Mobile, Single-Page App". */
export interface ClientApp {
  readonly clientId: string;
  readonly redirectUris: readonly string[];
}

/** An account. Ids of hubs and projects are UUIDs; the Data Management API puts `b.` in front. */
export interface Hub {
  readonly id: string;
  readonly name: string;
  readonly region: string;
}

export interface Asset {
  readonly id: string;
  /** What users see as the name; not unique. */
  readonly clientAssetId: string;
  /** An integer as text. */
  readonly categoryId: string;
  readonly statusId: string;
  readonly description: string | null;
  readonly barcode: string | null;
  /** By name, such as `ca1`. */
  readonly customAttributes: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Softly deleted at; null for an active one. */
  readonly deletedAt: number | null;
  /** The Oxygen id of whoever created and last changed it. */
  readonly by: string;
}

export interface Category {
  readonly id: string;
  readonly name: string;
  /** Null for the one root. */
  readonly parentId: string | null;
  readonly isActive: boolean;
}

export interface Status {
  readonly id: string;
  readonly label: string;
  /** Such as `adsk-blue-500`. */
  readonly color: string;
  readonly setId: string;
  readonly sortOrder: number;
}

/** Something that assets are related to: an issue, a checklist, a form or a document. */
export interface FarEntity {
  readonly ref: EntityRef;
  readonly title: string;
  /** The number that users see, counting from 1 in each type. */
  readonly number: number;
  readonly status: string;
  /** The folder of a document; null for all others. */
  readonly folderId: string | null;
  readonly createdAt: number;
  readonly deleted: boolean;
}

export interface Folder {
  readonly id: string;
  readonly name: string;
  /** Null for the root. */
  readonly parentId: string | null;
}

export interface Relationship {
  readonly id: string;
  readonly ends: readonly [EntityRef, EntityRef];
  readonly createdAt: number;
  readonly deletedAt: number | null;
  /** Created by a service, not by a user. */
  readonly isService: boolean;
  /** Nobody may delete it. */
  readonly isReadOnly: boolean;
  /** Its place in the feed of changes, which moves on with each change. */
  readonly sequence: number;
}

export type Product = 'BIM360' | 'ACC';

export interface Project {
  /** Also the id of its relationships container. */
  readonly id: string;
  readonly name: string;
  readonly product: Product;
  readonly hub: Hub;
  /** Oxygen ids. */
  readonly members: Set<string>;
  readonly assets: Map<string, Asset>;
  readonly categories: Map<string, Category>;
  readonly statuses: Map<string, Status>;
  readonly folders: Map<string, Folder>;
  /** By `toKey`. */
  readonly farEntities: Map<string, FarEntity>;
  readonly relationships: Map<string, Relationship>;
  /** The living relationship of a pair, by `toPairKey`. */
  readonly pairs: Map<string, string>;
  /** Ids of all relationships an end ever had, by `toKey`. */
  readonly byEnd: Map<string, Set<string>>;
  /** Ids by sequence less one; an id may occur twice, and only its last place counts. */
  readonly feed: string[];
}

export interface Site {
  readonly users: User[];
  readonly clients: ClientApp[];
  readonly projects: Map<string, Project>;
}

/** A site without projects. */
export function createSite(users: readonly User[], clients: readonly ClientApp[]): Site {
  return { users: [...users], clients: [...clients], projects: new Map() };
}

/** Adds an empty project that all users are members of. */
export function addProject(site: Site, about: Pick<Project, 'id' | 'name' | 'product' | 'hub'>): Project {
  const project: Project = {
    ...about,
    members: new Set(site.users.map(({ id }) => id)),
    assets: new Map(),
    categories: new Map(),
    statuses: new Map(),
    folders: new Map(),
    farEntities: new Map(),
    relationships: new Map(),
    pairs: new Map(),
    byEnd: new Map(),
    feed: [],
  };
  site.projects.set(project.id, project);
  return project;
}

/** The project with this UUID, or the site's first. Throws when there is none. */
export function mustProject(site: Site, id?: string): Project {
  const project = id === undefined ? [...site.projects.values()][0] : site.projects.get(id);
  if (!project) throw new Error(`The site has no project ${id ?? 'at all'}`);
  return project;
}

/** Adds an asset or replaces the one with its id. */
export function putAsset(project: Project, asset: Asset): Asset {
  project.assets.set(asset.id, asset);
  return asset;
}

/** Adds an issue, checklist, form or document or replaces the one with its id. */
export function putFarEntity(project: Project, entity: FarEntity): FarEntity {
  project.farEntities.set(toKey(entity.ref), entity);
  return entity;
}

/** Softly deletes an asset. Its relationships stay. Returns whether an active one was there. */
export function deleteAsset(project: Project, id: string, now: number): boolean {
  const asset = project.assets.get(id);
  if (!asset || asset.deletedAt !== null) return false;
  putAsset(project, { ...asset, deletedAt: now, updatedAt: now });
  return true;
}

/** Deletes an issue, checklist, form or document. Its relationships stay. Returns whether it was there. */
export function deleteFarEntity(project: Project, ref: EntityRef): boolean {
  const entity = project.farEntities.get(toKey(ref));
  if (!entity || entity.deleted) return false;
  putFarEntity(project, { ...entity, deleted: true });
  return true;
}

/** Whether an end exists and is not deleted. Ends of kinds that the site does not model never do. */
export function hasEntity(project: Project, ref: EntityRef): boolean {
  if (ref.domain !== kinds.asset.domain) return project.farEntities.get(toKey(ref))?.deleted === false;
  if (ref.type === kinds.category.type) return project.categories.has(ref.id);
  return ref.type === kinds.asset.type && project.assets.get(ref.id)?.deletedAt === null;
}

/** All of one kind, in the order of creation, with the deleted ones. */
export function farEntitiesOf(
  project: Project,
  kind: { readonly domain: string; readonly type: string },
): FarEntity[] {
  return [...project.farEntities.values()].filter(
    ({ ref }) => ref.domain === kind.domain && ref.type === kind.type,
  );
}
