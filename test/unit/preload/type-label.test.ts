import { expect, test } from 'vitest';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { createReadFromTarget } from '../../../src-preload/contract/type-label.ts';

const plain: Omit<RelationshipType, 'name' | 'inverse' | 'symmetric'> = {
  sourceKinds: null,
  targetKinds: null,
  maxPerSource: null,
  maxPerTarget: null,
  acyclic: false,
  duplicates: true,
  self: false,
  impact: 'none',
  needed: null,
};

const read = createReadFromTarget([
  { ...plain, name: 'feeds', inverse: 'is fed by', symmetric: false },
  { ...plain, name: 'connected to', inverse: 'connected to', symmetric: true },
]);

test.each([
  ['feeds', 'is fed by'],
  ['Is_Fed-By', 'feeds'],
  ['Connected_To', 'Connected_To'],
  ['owned by', '← owned by'],
  ['← owned by', 'owned by'],
  ['← feeds', 'feeds'],
  [null, null],
])('%s reads as %s from the target', (type, label) => {
  expect(read(type)).toBe(label);
});
