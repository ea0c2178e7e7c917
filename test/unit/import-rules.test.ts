import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { node24, repository } from '../support/node-child.ts';

const folders = ['src-main', 'src-preload', 'src-renderer', 'test'];
const configName = '.dependency-cruiser.mjs';
const modules = join(repository, 'node_modules');

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** Runs one of the repository's own tools in a folder and answers with what it printed as JSON. */
function runTool(root: string, script: string, args: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(node24, [join(modules, script), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, OXLINT_TSGOLINT_PATH: join(modules, '.bin', 'tsgolint') },
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** All violations of the import rules in the tree below `root`. */
function findViolations(root: string): readonly Violation[] {
  const args = ['--config', configName, '--output-type', 'json', ...folders];
  const report = runTool(root, 'dependency-cruiser/bin/dependency-cruiser.mjs', args);
  return (report as { summary: { violations: Violation[] } }).summary.violations; // the tool's own shape
}

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'weft-rules-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, text: string): void {
  const file = join(root, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Where a file may not be imported from: rule, importing file, what it imports (a file of the tree or a package). */
const plants: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['contract-is-a-leaf', 'src-preload/contract/p1.ts', 'src-main/target.ts'],
  ['contract-is-a-leaf', 'src-preload/contract/p2.ts', 'fastify'],
  ['preload-knows-contract', 'src-preload/index.ts', 'src-main/target.ts'],
  ['electron-at-the-rim', 'src-main/backend/handlers.ts', 'electron'],
  ['electron-at-the-rim', 'src-renderer/api/p1.ts', 'electron'],
  ['electron-at-the-rim', 'test/support/p1.ts', 'electron'],
  ['remote-knows-contract', 'src-main/backend/remote/p1.ts', 'src-main/backend/store/target.ts'],
  ['remote-knows-contract', 'src-main/backend/remote/p2.ts', 'src-main/backend/sync/target.ts'],
  ['store-knows-contract', 'src-main/backend/store/p1.ts', 'src-main/backend/commands/target.ts'],
  ['store-knows-contract', 'src-main/backend/store/p2.ts', 'src-main/backend/remote/remote.ts'],
  ['query-language-is-pure', 'src-main/backend/query/p1.ts', 'src-main/backend/store/target.ts'],
  ['traversals-are-pure', 'src-main/backend/traverse/p1.ts', 'src-preload/contract/target.ts'],
  ['rules-are-pure', 'src-main/backend/rules/p1.ts', 'src-main/backend/store/target.ts'],
  ['commands-know-store-and-rules', 'src-main/backend/commands/p1.ts', 'src-main/backend/remote/remote.ts'],
  ['commands-know-store-and-rules', 'src-main/backend/commands/p2.ts', 'src-main/backend/sync/target.ts'],
  ['transfer-knows-commands', 'src-main/backend/transfer/p1.ts', 'src-main/backend/sync/target.ts'],
  [
    'sync-knows-store-rules-remote',
    'src-main/backend/sync/p1.ts',
    'src-main/backend/remote/clickie/target.ts',
  ],
  ['sync-knows-store-rules-remote', 'src-main/backend/sync/p2.ts', 'src-main/backend/commands/target.ts'],
  ['main-knows-no-backend', 'src-main/p1.ts', 'src-main/backend/target.ts'],
  ['renderer-knows-contract', 'src-renderer/store/p1.ts', 'src-main/target.ts'],
  ['only-api-knows-the-bridge', 'src-renderer/store/p2.ts', 'src-preload/contract/bridge.ts'],
  ['graph-is-an-island', 'src-renderer/views/p1.ts', 'cytoscape'],
  ['graph-is-an-island', 'src-renderer/ui/p1.ts', 'd3-force'],
  ['views-do-not-reach-the-api', 'src-renderer/views/p2.ts', 'src-renderer/api/target.ts'],
  ['product-knows-no-tests', 'src-main/backend/p1.ts', 'test/support/target.ts'],
  ['servers-stand-alone', 'test/servers/p1.ts', 'src-preload/contract/target.ts'],
];

/** Planning may know the types of the store, so that only what is there at run time is a violation. */
const pure: typeof plants = [
  ['plan-is-pure', 'src-main/backend/sync/plan.ts', 'src-main/backend/store/target.ts'],
  ['plan-needs-no-system', 'src-main/backend/sync/guard.ts', 'node:fs'],
];

/** What each of the files below may import. */
const allowed: readonly (readonly [from: string, to: string])[] = [
  ['src-main/ok.ts', 'electron'],
  ['src-main/backend/process.ts', 'electron'],
  ['src-preload/contract/ok.ts', 'src-preload/contract/target.ts'],
  ['src-preload/contract/ok2.ts', 'zod'],
  ['src-main/backend/store/ok.ts', 'src-preload/contract/target.ts'],
  ['src-main/backend/commands/ok.ts', 'src-main/backend/store/target.ts'],
  ['src-main/backend/sync/ok.ts', 'src-main/backend/remote/remote.ts'],
  ['src-renderer/graph/ok.ts', 'cytoscape'],
  ['src-renderer/api/ok.ts', 'src-preload/contract/bridge.ts'],
  ['test/support/ok.ts', 'src-main/backend/target.ts'],
];

const packages = ['electron', 'zod', 'fastify', 'cytoscape', 'd3-force'];

function toSpecifier(from: string, to: string): string {
  const isFile = to.startsWith('src-') || to.startsWith('test/');
  return isFile ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to;
}

function plantTree(): void {
  copyFileSync(join(repository, configName), join(root, configName));
  const dependencies = Object.fromEntries(packages.map((name) => [name, '1.0.0']));
  write('package.json', JSON.stringify({ name: 'tree', dependencies }));
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'module.exports = {};');
  }
  const imports = [...plants, ...pure].map(([, from, to]) => [from, to] as const);
  for (const [from, to] of [...imports, ...allowed]) {
    const specifier = toSpecifier(from, to);
    if (specifier !== to) write(to, 'export const target = 1;\nexport type Target = number;\n');
    write(from, `import { target } from '${specifier}';\nexport const used = target;\n`);
  }
  for (const [, from, to] of plants) {
    const text = `import type { Target } from '${toSpecifier(from, to)}';\nexport type Used = Target;\n`;
    if (from !== 'src-preload/index.ts' && !from.endsWith('handlers.ts')) write(toTypeOnly(from), text);
  }
  write(
    'src-renderer/ui/round.ts',
    "import { about } from './about.ts';\nexport const round = () => about;\n",
  );
  write(
    'src-renderer/ui/about.ts',
    "import { round } from './round.ts';\nexport const about = () => round;\n",
  );
}

const toTypeOnly = (from: string) => from.replace(/\.ts$/, '-types.ts');

describe('every import rule bites', () => {
  let violations: readonly Violation[] = [];
  beforeAll(() => {
    plantTree();
    violations = findViolations(root);
  });

  const rulesOf = (file: string) =>
    violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);

  test.each([...plants, ...pure])('%s: %s may not import %s', (rule, from) => {
    expect(rulesOf(from)).toEqual([rule]);
  });

  test.each(plants.filter(([, from]) => /\/p\d\.ts$/.test(from)))(
    '%s: %s may not import a type of %s either',
    (rule, from) => {
      expect(rulesOf(toTypeOnly(from))).toEqual([rule]);
    },
  );

  test('no-circle: two files that import one another', () => {
    const both = ['src-renderer/ui/round.ts', 'src-renderer/ui/about.ts'];
    expect(both.flatMap(rulesOf)).toEqual(['no-circle']);
  });

  test.each(allowed)('%s may import %s', (from) => {
    expect(rulesOf(from)).toEqual([]);
  });

  test('no rule is left without a violation planted for it', async () => {
    const loaded: unknown = await import(join(repository, configName));
    const config = loaded as { default: { forbidden: readonly { name: string }[] } }; // the shape the tool demands
    const names = config.default.forbidden.map(({ name }) => name);
    expect(new Set(['no-circle', ...[...plants, ...pure].map(([rule]) => rule)])).toEqual(new Set(names));
  });
});

test('the repository itself breaks no import rule', () => {
  expect(findViolations(repository)).toEqual([]);
});

describe('every lint rule that matters bites', () => {
  const lines: readonly (readonly [rule: string, line: string])[] = [
    ['typescript(no-explicit-any)', 'export const toText = (value: any): string => String(value);'],
    ['typescript(no-non-null-assertion)', 'export const must = (value?: string): string => value!;'],
    ['typescript(no-floating-promises)', 'export const start = (): void => { Promise.resolve(1); };'],
    ['import(no-default-export)', 'export default 1;'],
    ['eslint(no-console)', "console.log('here');"],
    ['eslint(no-empty)', 'try { JSON.parse(String(1)); } catch {}'],
  ];
  let found: readonly { readonly code: string; readonly filename: string; readonly severity: string }[] = [];

  beforeAll(() => {
    write(
      'lint/tsconfig.json',
      '{ "compilerOptions": { "strict": true, "target": "ES2023", "module": "preserve" } }',
    );
    copyFileSync(join(repository, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
    for (const [index, [, line]] of lines.entries())
      write(`lint/line-${index}.ts`, `${line}\nexport const n = 1;\n`);
    const report = runTool(root, 'oxlint/bin/oxlint', ['--type-aware', '--format', 'json', 'lint']);
    found = (report as { diagnostics: typeof found }).diagnostics; // the tool's own shape
  });

  test.each(lines.map(([rule], index) => [rule, index] as const))('%s', (rule, index) => {
    const own = found.filter(({ filename }) => filename.endsWith(`line-${index}.ts`));
    expect(own).toMatchObject([{ code: rule, severity: 'error' }]);
  });
});
