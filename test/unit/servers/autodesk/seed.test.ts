import { describe, expect, test } from 'vitest';
import { kinds, toKey } from '../../../servers/autodesk/entity-ref.ts';
import { livingRelationships } from '../../../servers/autodesk/relationships.ts';
import {
  seedBuilding,
  seedLargeBuilding,
  seedTinyBuilding,
  tinyIds,
} from '../../../servers/autodesk/seed.ts';
import { farEntitiesOf, hasEntity, mustProject, type Site } from '../../../servers/autodesk/site.ts';

function toText(site: Site): string {
  const { assets, farEntities, relationships } = mustProject(site);
  return JSON.stringify([[...assets.values()], [...farEntities.values()], [...relationships.values()]]);
}

function toCounts(site: Site) {
  const project = mustProject(site);
  const count = (kind: keyof typeof kinds) => farEntitiesOf(project, kinds[kind]).length;
  return {
    assets: project.assets.size,
    issues: count('issue'),
    checklists: count('checklist'),
    forms: count('form'),
    documents: count('document'),
    relationships: livingRelationships(project).length,
  };
}

describe('the building', () => {
  test('is the same for the same seed and another for another', () => {
    expect(toText(seedBuilding({ seed: 3 }))).toBe(toText(seedBuilding({ seed: 3 })));
    expect(toText(seedBuilding({ seed: 3 }))).not.toBe(toText(seedBuilding({ seed: 4 })));
  });

  test.each([1, 2, 3, 4, 5])('has the size that is promised with seed %i', (seed) => {
    expect(toCounts(seedBuilding({ seed }))).toEqual({
      assets: 300,
      issues: 80,
      checklists: 60,
      forms: 0,
      documents: 60,
      relationships: 700,
    });
  });

  test('grows with its scale and has forms on ACC', () => {
    expect(toCounts(seedBuilding({ scale: 2, product: 'ACC' }))).toEqual({
      assets: 600,
      issues: 160,
      checklists: 0,
      forms: 120,
      documents: 120,
      relationships: 1400,
    });
  });

  test('has eight relationships whose far ends no API knows', () => {
    const project = mustProject(seedBuilding());
    const unknown = livingRelationships(project).filter(
      ({ ends }) => !ends.every((end) => hasEntity(project, end)),
    );
    const types = unknown.map(({ ends }) => ends[1].type);
    expect(types.filter((type) => type === 'system')).toHaveLength(4);
    expect(types.filter((type) => type === 'rfi')).toHaveLength(4);
    for (const { ends, isReadOnly, isService } of unknown) {
      expect([isReadOnly, isService]).toEqual(ends[1].type === 'system' ? [true, true] : [false, false]);
    }
  });

  test('has two assets of the same name, and a category and a status for every one', () => {
    const { assets, categories, statuses } = mustProject(seedBuilding());
    const names = [...assets.values()].map(({ clientAssetId }) => clientAssetId);
    expect(new Set(names).size).toBe(299);
    for (const { categoryId, statusId } of assets.values()) {
      expect(categories.get(categoryId)?.isActive).toBe(true);
      expect(statuses.has(statusId)).toBe(true);
    }
  });
});

describe('the other sites', () => {
  test('the tiny building has readable ids and a project that begins with b', () => {
    const project = mustProject(seedTinyBuilding(), tinyIds.project);
    expect(livingRelationships(project).map(({ id }) => id)).toEqual(
      [1, 2, 3, 4, 5].map(tinyIds.relationship),
    );
    expect(tinyIds.project).toMatch(/^b/);
    expect(tinyIds.document(1)).toMatch(/^urn:adsk\.wipprod:dm\.lineage:.{22}$/);
  });

  test('a large building has the size that was asked for, crowded round the first assets', () => {
    const project = mustProject(seedLargeBuilding({ assets: 400, relationships: 2000 }));
    expect(project.assets.size).toBe(400);
    expect(livingRelationships(project)).toHaveLength(2000);
    const [first] = project.assets.keys();
    const degree = project.byEnd.get(toKey({ ...kinds.asset, id: first ?? '' }))?.size ?? 0;
    expect(degree).toBeGreaterThan(20);
  });

  test('a large building that cannot be is refused', () => {
    expect(() => seedLargeBuilding({ assets: 2, relationships: 100 })).toThrow('Too few entities');
  });
});
