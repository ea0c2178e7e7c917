import { describe, expect, test } from 'vitest';
import { toEnd, toPairKey, toRef } from '../../../src-main/backend/remote/autodesk/kinds.ts';

const ID = '0212FD8B-8682-465C-A64A-C1DC9A488030';

describe('kinds of Autodesk', () => {
  test.each([
    ['autodesk-bim360-asset', 'asset', 'asset'],
    ['autodesk-bim360-documentmanagement', 'documentlineage', 'documentlineage'],
    ['autodesk-bim360-checklist', 'checklist', 'checklist'],
    ['autodesk-construction-form', 'formtemplate', 'formtemplate'],
    ['autodesk-bim360-cost', 'rfq', 'rfq'],
    [
      'autodesk-bim360-modelcoordination',
      'documentlineage',
      'autodesk-bim360-modelcoordination/documentlineage',
    ],
    ['autodesk-new-module', 'thing', 'autodesk-new-module/thing'],
    ['autodesk-new-module', 'asset', 'autodesk-new-module/asset'],
    ['autodesk-new-module', 'a/b', 'autodesk-new-module/a/b'],
  ])('%s and %s are %s, and are told back as they came', (domain, type, kind) => {
    const end = toEnd({ domain, type, id: 'x' });
    expect(end).toEqual({ kind, remoteId: 'x' });
    expect(toRef(end)).toEqual({ domain, type, id: 'x' });
  });

  test('a UUID is compared in lower case, the URN of a document letter by letter', () => {
    expect(toEnd({ domain: 'd', type: 't', id: ID }).remoteId).toBe(ID.toLowerCase());
    const urn = 'urn:adsk.wipprod:dm.lineage:-MLKaF';
    expect(toEnd({ domain: 'd', type: 't', id: urn }).remoteId).toBe(urn);
  });

  test('a pair is the same either way round, and another one for another kind', () => {
    const [asset, issue] = [
      { kind: 'asset', remoteId: ID },
      { kind: 'issue', remoteId: ID.toLowerCase() },
    ];
    expect(toPairKey(asset, issue)).toBe(toPairKey(issue, asset));
    expect(toPairKey(asset, asset)).not.toBe(toPairKey(asset, issue));
  });
});
