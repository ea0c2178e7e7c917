import { pickNumber, pickUuid, type Random } from '../shared/random.ts';
import { type EntityRef, type KindName, toPairKey, toRef } from './entity-ref.ts';
import { addRelationship, type RelationshipOptions } from './relationships.ts';
import {
  type Asset,
  type ClientApp,
  createSite,
  type FarEntity,
  type Project,
  putAsset,
  putFarEntity,
  type Site,
  type User,
} from './site.ts';

/** The app that the client under test is registered as, with its one callback. */
export const CLIENT: ClientApp = {
  clientId: 'weft-desktop-test-client',
  redirectUris: ['http://localhost:8080/oauth/callback/'],
};
/** Whom the client speaks for. */
export const DEFAULT_USER: User = { id: 'LA7ZL85MU7ML', name: 'Nora Lind', email: 'nora.lind@example.com' };
/** Somebody else in the same projects. */
export const COLLEAGUE: User = { id: 'QK3XW29PBT4R', name: 'Tom Adeyemi', email: 'tom.adeyemi@example.com' };

/** 3 February 2025, a Monday. */
const firstDay = Date.UTC(2025, 1, 3, 7);
const longestGapMs = 40 * 60_000;

/** A site with the usual two people and one app. */
export function createUsualSite(): Site {
  return createSite([DEFAULT_USER, COLLEAGUE], [CLIENT]);
}

/** What is said of a new asset; the rest is drawn. */
export type AssetPlan = Pick<Asset, 'clientAssetId' | 'categoryId' | 'statusId' | 'description'> &
  Partial<Pick<Asset, 'customAttributes' | 'barcode'>>;

/** What is said of a new issue, checklist, form or document. */
export type FarPlan = Pick<FarEntity, 'title' | 'status'> & Partial<Pick<FarEntity, 'folderId'>>;

/** What is not so for an ordinary relationship. */
export type Marks = Pick<RelationshipOptions, 'isService' | 'isReadOnly'>;

/** Fills a project; each thing is a little younger than the one before it. */
export interface Planter {
  asset(plan: AssetPlan): EntityRef;
  far(kind: KindName, plan: FarPlan): EntityRef;
  /** Relates two ends unless they are related. Returns whether it did. */
  relate(one: EntityRef, other: EntityRef, marks?: Marks): boolean;
}

/** Draws ids and times from the given stream. */
export function createPlanter(project: Project, random: Random): Planter {
  let time = firstDay;
  const numbers = new Map<KindName, number>();
  const tick = () => {
    time += pickNumber(random, 1000, longestGapMs);
    return time;
  };
  return {
    asset(plan) {
      const at = tick();
      const asset = {
        barcode: null,
        customAttributes: {},
        ...plan,
        id: pickUuid(random),
        by: DEFAULT_USER.id,
      };
      return toRef(
        'asset',
        putAsset(project, { ...asset, createdAt: at, updatedAt: at, deletedAt: null }).id,
      );
    },
    far(kind, plan) {
      const number = (numbers.get(kind) ?? 0) + 1;
      numbers.set(kind, number);
      const ref = toRef(kind, kind === 'document' ? pickLineage(random) : pickUuid(random));
      const entity = { folderId: null, ...plan, ref, number, createdAt: tick(), deleted: false };
      return putFarEntity(project, entity).ref;
    },
    relate(one, other, marks = {}) {
      if (project.pairs.has(toPairKey(one, other))) return false;
      addRelationship(project, [one, other], { id: pickUuid(random), now: tick(), ...marks });
      return true;
    },
  };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The id of a document's lineage: a URN that ends in 22 characters. */
export function pickLineage(random: Random): string {
  const text = Array.from({ length: 22 }, () => letters[pickNumber(random, 0, letters.length - 1)]).join('');
  return `urn:adsk.wipprod:dm.lineage:${text}`;
}
