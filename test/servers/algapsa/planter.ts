import { pickNumber, pickOne, pickUuid, type Random } from '../shared/random.ts';
import { type Asset, type Client, createLink, putAsset, putClient, type Tenant, toNewAsset } from './site.ts';

/** Seeds begin here, so that they do not change from day to day. */
export const seededAt = Date.UTC(2025, 0, 13, 9, 30);
const dayMs = 24 * 60 * 60 * 1000;
/** Warranties run for three years. */
const warrantyMs = 3 * 365 * dayMs;
const statuses = ['active', 'active', 'active', 'active', 'active', 'active', 'inactive', 'maintenance'];

/** Draws clients, assets and relationships with ids of their own. */
export interface Planter {
  client(name: string, domain: string): Client;
  asset(about: Pick<Asset, 'name' | 'tag' | 'assetType' | 'clientId' | 'location'>): Asset;
  /** From the one that needs, is backed up or is connected to the other. Does nothing for a pair that has one. */
  link(from: Asset, type: string, to: Asset): void;
}

/** Fills a tenant. Assets of one client come in one import, so that they share the moment of their creation. */
export function createPlanter(tenant: Tenant, random: Random): Planter {
  return {
    client: (name, domain) =>
      putClient(tenant, { id: pickUuid(random), name, billingEmail: `accounts@${domain}` }),
    asset(about) {
      const purchasedAt = seededAt - pickNumber(random, 20, 1800) * dayMs;
      const importedAt = seededAt + [...tenant.clients.keys()].indexOf(about.clientId) * dayMs;
      return putAsset(
        tenant,
        toNewAsset({
          ...about,
          id: pickUuid(random),
          status: pickOne(random, statuses),
          serialNumber: pickSerial(random),
          purchasedAt,
          warrantyEndsAt: random() < 0.8 ? purchasedAt + warrantyMs : null,
          createdAt: importedAt,
          updatedAt: importedAt + pickNumber(random, 0, 300) * 60_000,
          extension: about.assetType === 'unknown' ? null : undefined,
        }),
      );
    },
    link(from, relationshipType, to) {
      createLink(tenant, {
        parentId: from.id,
        childId: to.id,
        relationshipId: pickUuid(random),
        relationshipType,
        createdAt: seededAt + pickNumber(random, 1, 200) * dayMs,
      });
    },
  };
}

/** Such as `5CG4A7K2QX`. */
function pickSerial(random: Random): string {
  const letters = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'.split('');
  return Array.from({ length: 10 }, () => pickOne(random, letters)).join('');
}
