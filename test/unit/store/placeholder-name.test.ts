import { describe, expect, test } from 'vitest';
import { toPlaceholderName } from '../../../src-main/backend/store/placeholder-name.ts';

describe('what an entity is called of which only kind and id are known', () => {
  test.each([
    ['issue', '3f2a9c10-0000-4000-8000-000000000001', 'Issue 3f2a9c10…'],
    ['documentlineage', 'urn:adsk.wipprod:dm.lineage:-MLKaFxyz1234', 'Document -MLKaFxy…'],
    ['rfi', 'b963129e', 'RFI b963129e'],
    ['autodesk-new-module/thing', 'T-1', 'Thing T-1'],
  ])('%s %s is %s', (kind, remoteId, name) => {
    expect(toPlaceholderName({ kind, remoteId })).toBe(name);
  });
});
