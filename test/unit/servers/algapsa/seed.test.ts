import { describe, expect, test } from 'vitest';
import { seedFleet, seedLargeFleet, seedTinyFleet, tinyId } from '../../../servers/algapsa/seed.ts';
import {
  type Asset,
  createLink,
  deleteAsset,
  findLink,
  linksOf,
  mustTenant,
  type Site,
} from '../../../servers/algapsa/site.ts';

function toText(site: Site): string {
  const { clients, assets, links } = mustTenant(site);
  return JSON.stringify([[...clients.values()], [...assets.values()], [...links.values()]]);
}

function countBy<T>(items: Iterable<T>, toKey: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[toKey(item)] = (counts[toKey(item)] ?? 0) + 1;
  return counts;
}

describe('the fleet', () => {
  test('is the same for the same seed and another for another', () => {
    expect(toText(seedFleet({ seed: 3 }))).toBe(toText(seedFleet({ seed: 3 })));
    expect(toText(seedFleet({ seed: 3 }))).not.toBe(toText(seedFleet({ seed: 4 })));
  });

  test.each([1, 2, 3, 4, 5])('has about 400 assets and 700 relationships with seed %i', (seed) => {
    const { assets, links } = mustTenant(seedFleet({ seed }));
    expect(Math.abs(assets.size - 400)).toBeLessThan(40);
    expect(Math.abs(links.size - 700)).toBeLessThan(70);
  });

  test('has all types of assets, most of them at desks', () => {
    const counts = countBy(mustTenant(seedFleet()).assets.values(), ({ assetType }) => assetType);
    expect(Object.keys(counts).sort()).toEqual([
      'mobile_device',
      'network_device',
      'printer',
      'server',
      'unknown',
      'workstation',
    ]);
    expect(counts.workstation).toBeGreaterThan(150);
  });

  test('has types of relationships as people type them', () => {
    const counts = countBy(mustTenant(seedFleet()).links.values(), (link) => link.relationshipType);
    for (const type of [
      'depends on',
      'Depends on',
      'backed up by',
      'connected to',
      'connected_to',
      'related',
    ]) {
      expect(counts[type]).toBeGreaterThan(0);
    }
  });

  test('relates assets of one client only, and none to itself', () => {
    const { assets, links } = mustTenant(seedFleet());
    for (const { parentId, childId } of links.values()) {
      expect(parentId).not.toBe(childId);
      expect(assets.get(parentId)?.clientId).toBe(assets.get(childId)?.clientId);
    }
  });

  test('has ids and tags that occur once', () => {
    const assets: readonly Asset[] = [...mustTenant(seedFleet()).assets.values()];
    expect(new Set(assets.map(({ tag }) => tag)).size).toBe(assets.length);
    expect(assets.every(({ id }) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/.test(id))).toBe(true);
  });

  test('grows with its scale', () => {
    expect(mustTenant(seedFleet({ scale: 3 })).assets.size).toBeGreaterThan(900);
  });
});

describe('the large fleet', () => {
  test('has as many assets and relationships as asked for', () => {
    const { assets, links } = mustTenant(seedLargeFleet({ assets: 5000, relationships: 12_000 }));
    expect([assets.size, links.size]).toEqual([5000, 12_000]);
  });

  test('can have fewer relationships than assets', () => {
    expect(mustTenant(seedLargeFleet({ assets: 100, relationships: 20 })).links.size).toBe(20);
  });

  test('refuses more relationships than it could draw', () => {
    expect(() => seedLargeFleet({ assets: 3, relationships: 9 })).toThrow('Too many relationships');
  });
});

describe('the data of a tenant', () => {
  const link = { relationshipId: tinyId(99), relationshipType: 'related', createdAt: 0 };

  test('an ordered pair is related once, and its reverse is another', () => {
    const tenant = mustTenant(seedTinyFleet());
    expect(createLink(tenant, { ...link, parentId: tinyId(2), childId: tinyId(1) })).toBe(false);
    expect(findLink(tenant, tinyId(2), tinyId(1))?.relationshipType).toBe('connected to');
    expect(createLink(tenant, { ...link, parentId: tinyId(1), childId: tinyId(2) })).toBe(true);
    expect(linksOf(tenant, tinyId(1))).toHaveLength(2);
  });

  test('the relationships of a deleted asset go with it', () => {
    const tenant = mustTenant(seedTinyFleet());
    expect(deleteAsset(tenant, tinyId(3))).toBe(true);
    expect(deleteAsset(tenant, tinyId(3))).toBe(false);
    expect(tenant.links.size).toBe(1);
    expect(linksOf(tenant, tinyId(5))).toEqual([]);
  });

  test('a tenant that is not there is a mistake', () => {
    expect(() => mustTenant(seedTinyFleet(), 'nowhere')).toThrow('No tenant nowhere');
  });
});
