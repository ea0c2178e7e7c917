import { describe, expect, it } from 'vitest';
import { checkForbiddenText, findForbidden } from '../../../scripts/forbidden-text.mjs';

// In pieces, so that the rules do not find them here.
const host = ['https://registry', 'npmjs', 'org/zod'].join('.');
const machinePath = ['', 'home', 'alex', 'weft'].join('/');
const sandboxSwitch = ['--no', 'sandbox'].join('-');

describe('forbidden text', () => {
  it("finds a registry's host name and tells the line", () => {
    expect(findForbidden('docs/a.md', `first\nsee ${host}\n`)).toEqual([
      { file: 'docs/a.md', line: 2, rule: "a registry's host name" },
    ]);
  });

  it.each([
    machinePath,
    ['', 'root', 'x.ts'].join('/'),
    ['', 'work', 'main'].join('/'),
    ['', 'Users', 'kim'].join('/'),
    ['C:', 'Users', 'kim'].join('\\'),
  ])('finds the path of one machine: %s', (text) => {
    expect(findForbidden('src-main/a.ts', `const file = '${text}';`)).toHaveLength(1);
  });

  it.each([
    'https://example.test/home/start',
    'see test/work/plan.md',
    'const api = "/users/me";',
    '/rooted/tree',
    'homework/home/x',
  ])('leaves alone what only looks like one: %s', (text) => {
    expect(findForbidden('docs/a.md', text)).toEqual([]);
  });

  it('allows the sandbox switch in scripts and nowhere in tests', () => {
    const text = `args: ['${sandboxSwitch}']`;
    expect(findForbidden('scripts/start.mjs', text)).toEqual([]);
    expect(findForbidden('test/e2e/a.spec.ts', text)).toHaveLength(1);
  });

  it("finds Playwright's setting that turns the sandbox off", () => {
    expect(findForbidden('test/e2e/a.spec.ts', ['chromiumSandbox', 'false'].join(': '))).toHaveLength(1);
    expect(findForbidden('test/e2e/a.spec.ts', 'chromiumSandbox: true')).toEqual([]);
  });

  it('finds nothing in the repository', () => {
    expect(checkForbiddenText()).toEqual([]);
  });
});
