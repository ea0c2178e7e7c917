import { createRandom, pickOne } from '../shared/random.ts';
import { type EntityRef, type KindName, toRef } from './entity-ref.ts';
import { toRootFolderId } from './hubs.ts';
import { COLLEAGUE, createPlanter, createUsualSite, DEFAULT_USER } from './planter.ts';
import { addRelationship } from './relationships.ts';
import { addSettings } from './seed-building.ts';
import { addProject, type Project, putAsset, putFarEntity, type Site } from './site.ts';

export { CLIENT, COLLEAGUE, DEFAULT_USER } from './planter.ts';
export { type BuildingOptions, seedBuilding } from './seed-building.ts';

/** Ids of the tiny building, which can be told apart at a glance. */
export const tinyIds = {
  hub: 'abad0000-0000-4000-8000-000000000001',
  /** A BIM 360 project. It begins with a b, which careless code strips with the `b.` in front. */
  project: 'b1b36000-0000-4000-8000-000000000001',
  /** An ACC project of which only the default user is a member. */
  accProject: 'acc00000-0000-4000-8000-000000000002',
  asset: (n: number) => `a55e7000-0000-4000-8000-${toTail(n)}`,
  issue: (n: number) => `155ce000-0000-4000-8000-${toTail(n)}`,
  checklist: (n: number) => `c4ec0000-0000-4000-8000-${toTail(n)}`,
  form: (n: number) => `f0440000-0000-4000-8000-${toTail(n)}`,
  document: (n: number) => `urn:adsk.wipprod:dm.lineage:Document-${toTail(n)}-`,
  relationship: (n: number) => `4e1a7000-0000-4000-8000-${toTail(n)}`,
} as const;

/** 3 March 2025. */
const tinyTime = Date.UTC(2025, 2, 3, 8);
const minute = 60_000;

/** Four assets, two issues, a checklist, two documents and five relationships, and a smaller project of ACC. */
export function seedTinyBuilding(): Site {
  const site = createUsualSite();
  const hub = { id: tinyIds.hub, name: 'Tiny Builders', region: 'EMEA' };
  const project = addProject(site, { id: tinyIds.project, name: 'Tiny Building', product: 'BIM360', hub });
  addSettings(project, createRandom(1));
  const names = ['AHU-01', 'PMP-01', 'DR-101', 'DP-01'];
  for (const [index, name] of names.entries()) putTinyAsset(project, index + 1, name);
  const folderId = 'urn:adsk.wipprod:fs.folder:co.Drawings00000000000001';
  project.folders.set(folderId, { id: folderId, name: 'Drawings', parentId: toRootFolderId(project) });
  putTinyFar(project, 'issue', 1, 'Filter access blocked at AHU-01');
  putTinyFar(project, 'issue', 2, 'Closer too weak on DR-101');
  putTinyFar(project, 'checklist', 1, 'Pre-commissioning: air handlers');
  putTinyFar(project, 'document', 1, 'M-201 Ventilation.pdf', folderId);
  putTinyFar(project, 'document', 2, 'Data sheet circulation pump.pdf', folderId);
  relateTiny(project, 1, 1, 'issue', 1);
  relateTiny(project, 2, 1, 'document', 1);
  relateTiny(project, 3, 2, 'document', 2);
  relateTiny(project, 4, 3, 'issue', 2);
  relateTiny(project, 5, 1, 'checklist', 1);
  seedTinyAcc(site, hub);
  return site;
}

export interface LargeOptions {
  readonly assets: number;
  readonly relationships: number;
  /** 1 when not given. */
  readonly seed?: number;
}

/**
 * A project of any size, for measuring: a quarter as many issues and as many documents as there are assets, and
 * relationships that crowd round the first ones. Throws when there are not twice as many pairs as relationships.
 */
export function seedLargeBuilding({ assets, relationships, seed = 1 }: LargeOptions): Site {
  const random = createRandom(seed);
  const site = createUsualSite();
  const hub = { id: tinyIds.hub, name: 'Large Builders', region: 'EMEA' };
  const project = addProject(site, { id: tinyIds.project, name: 'Large Site', product: 'BIM360', hub });
  const planter = createPlanter(project, random);
  addSettings(project, random);
  const categoryIds = [...project.categories.keys()];
  const statusIds = [...project.statuses.keys()];
  const near = Array.from({ length: assets }, (_, index) =>
    planter.asset({
      clientAssetId: `ASSET-${String(index + 1).padStart(6, '0')}`,
      categoryId: pickOne(random, categoryIds),
      statusId: pickOne(random, statusIds),
      description: `Asset ${index + 1} of ${assets}`,
    }),
  );
  const far = [
    ...Array.from({ length: Math.ceil(assets / 4) }, (_, index) =>
      planter.far('issue', { title: `Issue ${index + 1}`, status: 'open' }),
    ),
    ...Array.from({ length: assets }, (_, index) =>
      planter.far('document', { title: `Document ${index + 1}.pdf`, status: 'current' }),
    ),
  ];
  if (near.length * far.length < relationships * 2) throw new Error('Too few entities for the relationships');
  const crowded = (items: readonly EntityRef[]) => items[Math.floor(random() ** 1.5 * items.length)];
  for (let made = 0; made < relationships; ) {
    const one = crowded(near);
    const other = pickOne(random, far);
    if (one && planter.relate(one, other)) made += 1;
  }
  return site;
}

function seedTinyAcc(site: Site, hub: Project['hub']): void {
  const project = addProject(site, { id: tinyIds.accProject, name: 'Tiny Annex', product: 'ACC', hub });
  project.members.delete(COLLEAGUE.id);
  addSettings(project, createRandom(2));
  putTinyAsset(project, 11, 'UPS-01');
  putTinyFar(project, 'form', 1, 'Handover form');
  putTinyFar(project, 'issue', 11, 'Battery room too warm at UPS-01');
  relateTiny(project, 11, 11, 'form', 1);
}

function putTinyAsset(project: Project, n: number, clientAssetId: string): void {
  const at = tinyTime + n * minute;
  const [categoryId = ''] = [...project.categories.values()].flatMap(({ id, name }) =>
    name === 'Air handlers' ? [id] : [],
  );
  const [statusId = ''] = project.statuses.keys();
  putAsset(project, {
    id: tinyIds.asset(n),
    clientAssetId,
    categoryId,
    statusId,
    description: `${clientAssetId} on the ground floor`,
    barcode: null,
    customAttributes: { ca1: 'Norvent' },
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
    by: DEFAULT_USER.id,
  });
}

type FarKind = 'issue' | 'checklist' | 'form' | 'document';

function putTinyFar(
  project: Project,
  kind: FarKind,
  n: number,
  title: string,
  folderId: string | null = null,
): void {
  const createdAt = tinyTime + (20 + n) * minute;
  const ref = toRef(kind, tinyIds[kind](n));
  putFarEntity(project, { ref, title, number: n, status: 'open', folderId, createdAt, deleted: false });
}

function relateTiny(
  project: Project,
  n: number,
  assetNumber: number,
  kind: KindName & FarKind,
  farNumber: number,
): void {
  const ends = [toRef('asset', tinyIds.asset(assetNumber)), toRef(kind, tinyIds[kind](farNumber))] as const;
  const now = tinyTime + (60 + n) * minute;
  addRelationship(project, ends, { id: tinyIds.relationship(n), now, isService: kind === 'checklist' });
}

function toTail(n: number): string {
  return String(n).padStart(12, '0');
}
