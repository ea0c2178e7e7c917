import {
  createRandom,
  pickNumber,
  pickOne,
  pickSome,
  pickUuid,
  type Random,
  shuffle,
} from '../shared/random.ts';
import {
  type AssetWords,
  assetWords,
  checklistStatuses,
  checklistTitles,
  issueStatuses,
  levels,
  statusWords,
  wings,
} from './building-words.ts';
import { type EntityRef, toRef } from './entity-ref.ts';
import { toRootFolderId } from './hubs.ts';
import { createPlanter, createUsualSite, type Marks, type Planter } from './planter.ts';
import { addProject, type Product, type Project, putAsset, type Site } from './site.ts';

export interface BuildingOptions {
  /** Which building; 1 when not given. The same seed always gives the same building. */
  readonly seed?: number;
  /** How many times as much of everything; 1 when not given. */
  readonly scale?: number;
  /** BIM 360 when not given. On ACC there are forms in the place of checklists. */
  readonly product?: Product;
}

/** An asset that was planted, with what decides about its relationships. */
interface Planted {
  readonly ref: EntityRef;
  readonly name: string;
  readonly words: AssetWords;
  readonly level: string;
}

interface Work {
  readonly project: Project;
  readonly random: Random;
  readonly planter: Planter;
  readonly scale: number;
  readonly assets: readonly Planted[];
}

/** Ends that belong together. */
type Pair = readonly [EntityRef, EntityRef];

/**
 * A hospital under construction: 300 assets, 80 issues, 60 checklists, 60 documents and 700 relationships, of which
 * eight lead to ends that no other API knows. All numbers grow with `scale`.
 */
export function seedBuilding({ seed = 1, scale = 1, product = 'BIM360' }: BuildingOptions = {}): Site {
  const random = createRandom(seed);
  const site = createUsualSite();
  const hub = { id: pickUuid(random), name: 'Lindholm Construction', region: 'EMEA' };
  const project = addProject(site, {
    id: pickUuid(random),
    name: 'St Birgitta Hospital, phase 2',
    product,
    hub,
  });
  const planter = createPlanter(project, random);
  const categories = addSettings(project, random);
  const assets = plantAssets(project, planter, random, scale, categories);
  giveSameName(project);
  const work = { project, random, planter, scale, assets };
  const pairs = [...plantUnknown(work), ...plantIssues(work), ...plantChecks(work)];
  const toDocuments = shuffle(random, plantDocuments(work));
  relateUpTo(work, [...pairs, ...toDocuments], Math.round(700 * scale));
  return site;
}

/** Puts statuses and a tree of categories into a project, and returns the ids of the latter by name. */
export function addSettings(project: Project, random: Random): ReadonlyMap<string, string> {
  const setId = pickUuid(random);
  for (const [sortOrder, [label, color]] of statusWords.entries()) {
    const id = pickUuid(random);
    project.statuses.set(id, { id, label, color, setId, sortOrder });
  }
  const ids = new Map<string, string>();
  const add = (name: string, parentId: string | null, isActive = true) => {
    const id = String(100 + project.categories.size);
    project.categories.set(id, { id, name, parentId, isActive });
    ids.set(name, id);
    return id;
  };
  const root = add('ROOT', null);
  for (const { discipline } of assetWords) if (!ids.has(discipline)) add(discipline, root);
  for (const { category, discipline } of assetWords) add(category, ids.get(discipline) ?? root);
  add('Temporary works', root, false);
  return ids;
}

function plantAssets(
  project: Project,
  planter: Planter,
  random: Random,
  scale: number,
  categories: ReadonlyMap<string, string>,
): Planted[] {
  const statusIds = [...project.statuses.keys()];
  return assetWords.flatMap((words) =>
    Array.from({ length: Math.round(words.count * scale) }, (_, index): Planted => {
      const level = pickOne(random, levels);
      const name = `${words.prefix}-${level}-${String(index + 1).padStart(2, '0')}`;
      const ref = planter.asset({
        clientAssetId: name,
        categoryId: categories.get(words.category) ?? '',
        statusId: pickOne(random, statusIds),
        description: `${words.noun}, level ${level}, ${pickOne(random, wings)}`,
        barcode: `F${pickNumber(random, 1_000_000, 9_999_999)}`,
        customAttributes: { ca1: pickOne(random, words.makers), ca2: pickNumber(random, 1, 90) / 2 },
      });
      return { ref, name, words, level };
    }),
  );
}

/** Names are not unique in real projects, so two assets of a building have the same. */
function giveSameName(project: Project): void {
  const [first, second] = project.assets.values();
  if (first && second) putAsset(project, { ...second, clientAssetId: first.clientAssetId });
}

/** Every member sees these relationships, and nobody can find out what their far ends are. */
function plantUnknown({ random, assets, scale }: Work): Pair[] {
  return pickSome(random, assets, Math.round(8 * scale)).map(({ ref }, index) => [
    ref,
    toRef(index % 2 === 0 ? 'system' : 'rfi', pickUuid(random)),
  ]);
}

function plantIssues({ random, planter, assets, scale }: Work): Pair[] {
  return Array.from({ length: Math.round(80 * scale) }, () => {
    const asset = pickOne(random, assets);
    const title = `${pickOne(random, asset.words.defects)} ${asset.name}`;
    const issue = planter.far('issue', { title, status: pickOne(random, issueStatuses) });
    const others = pickSome(random, likeness(assets, asset), pickNumber(random, 0, 2));
    return [asset, ...others].map(({ ref }): Pair => [ref, issue]);
  }).flat();
}

function plantChecks({ project, random, planter, assets, scale }: Work): Pair[] {
  const kind = project.product === 'ACC' ? 'form' : 'checklist';
  return Array.from({ length: Math.round(60 * scale) }, () => {
    const asset = pickOne(random, assets);
    const title = `${pickOne(random, checklistTitles)}: ${asset.words.category.toLowerCase()}, level ${asset.level}`;
    const check = planter.far(kind, { title, status: pickOne(random, checklistStatuses) });
    return [asset, ...pickSome(random, likeness(assets, asset), 2)].map(({ ref }): Pair => [ref, check]);
  }).flat();
}

/** Drawings by discipline and level, a data sheet and a manual for every kind of asset, and what is left over. */
function plantDocuments(work: Work): Pair[] {
  const { assets, scale } = work;
  const drawings = addFolder(work, 'Drawings');
  const sheets = addFolder(work, 'Data sheets');
  const manuals = addFolder(work, 'Operation and maintenance');
  const certificates = addFolder(work, 'Certificates');
  const disciplines = [...new Set(assetWords.map(({ discipline }) => discipline))];
  const plans = [
    ...disciplines.flatMap((discipline) =>
      levels.map((level) => ({
        folderId: drawings,
        title: `${discipline.slice(0, 1)}-2${level} ${discipline} layout level ${level}.pdf`,
        about: (one: Planted) => one.words.discipline === discipline && one.level === level,
      })),
    ),
    ...assetWords.flatMap((words) => [
      {
        folderId: sheets,
        title: `Data sheet ${words.noun.toLowerCase()}.pdf`,
        about: (one: Planted) => one.words === words,
      },
      {
        folderId: manuals,
        title: `Manual ${words.category.toLowerCase()}.pdf`,
        about: (one: Planted) => one.words === words,
      },
    ]),
  ];
  const pairs = plans.flatMap(({ folderId, title, about }) => {
    const document = work.planter.far('document', { title, status: 'current', folderId });
    return assets.filter(about).map(({ ref }): Pair => [ref, document]);
  });
  const left = Math.max(0, Math.round(60 * scale) - plans.length);
  const others = Array.from({ length: left }, (_, index) => plantCertificate(work, certificates, index + 1));
  return [...pairs, ...others.flat()];
}

function plantCertificate({ random, planter, assets }: Work, folderId: string, number: number): Pair[] {
  const asset = pickOne(random, assets);
  const title = `Certificate ${String(number).padStart(3, '0')} ${asset.words.noun.toLowerCase()}.pdf`;
  const document = planter.far('document', { title, status: 'current', folderId });
  return [asset, ...pickSome(random, likeness(assets, asset), 3)].map(({ ref }): Pair => [ref, document]);
}

function addFolder({ project, random }: Work, name: string): string {
  const id = `urn:adsk.wipprod:fs.folder:co.${pickUuid(random).replaceAll('-', '').slice(0, 22)}`;
  project.folders.set(id, { id, name, parentId: toRootFolderId(project) });
  return id;
}

/** The others of the same kind on the same level. */
function likeness(assets: readonly Planted[], asset: Planted): Planted[] {
  return assets.filter((one) => one !== asset && one.words === asset.words && one.level === asset.level);
}

function relateUpTo({ planter }: Work, pairs: readonly Pair[], most: number): void {
  let made = 0;
  for (const [asset, far] of pairs) {
    if (made === most) return;
    if (planter.relate(asset, far, toMarks(far))) made += 1;
  }
}

/** Checklists are related by the Assets service, and systems by one that lets nobody else touch its work. */
function toMarks({ type }: EntityRef): Marks {
  return { isService: type === 'checklist' || type === 'system', isReadOnly: type === 'system' };
}
