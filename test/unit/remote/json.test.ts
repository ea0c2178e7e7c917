import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src-main/backend/remote/json.ts';

const nest = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const nestObjects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

describe('JSON from a remote', () => {
  it('is read down to 64 levels', () => {
    expect(parseJson(nest(64))).toBeDefined();
    expect(parseJson(nestObjects(64))).toBeDefined();
  });

  it('is not read any deeper', () => {
    expect(parseJson(nest(65))).toBeUndefined();
    expect(parseJson(nestObjects(65))).toBeUndefined();
    expect(parseJson(nest(1_000_000))).toBeUndefined();
  });

  for (const text of ['', ' ', '{', '[1,]', '{"a":1', 'undefined', 'NaN', '\uFEFF{}x', "{'a':1}"]) {
    it(`is nothing where it is ${JSON.stringify(text)}`, () => {
      expect(parseJson(text)).toBeUndefined();
    });
  }

  it('keeps the last of two equal keys and gives nobody a prototype', () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(Object.getPrototypeOf(parseJson('{"__proto__":{"polluted":true}}'))).toBe(Object.prototype);
  });
});
