import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../support/node-child.ts';

/** The rules of a table such as RULES.md has, by their numbers, and whether each applies. */
function readRules(table: string): Map<number, { readonly applies: boolean }> {
  const rows = [...table.matchAll(/^\| I(\d+) +\|(.*)$/gm)];
  return new Map(
    rows.map(([, number = '', text = '']) => [Number(number), { applies: !text.includes('does not apply') }]),
  );
}

/** The numbers that tests cite, such as 4 for `[I4]`. */
function readCited(tests: readonly string[]): Set<number> {
  return new Set(
    tests.flatMap((text) => [...text.matchAll(/\[I(\d+)\]/g)].map(([, number]) => Number(number))),
  );
}

/** The rules that apply and that no test cites, and what tests cite although it is no rule. */
function compare(table: string, tests: readonly string[]) {
  const [rules, cited] = [readRules(table), readCited(tests)];
  return {
    uncited: [...rules]
      .filter(([number, { applies }]) => applies && !cited.has(number))
      .map(([number]) => number),
    unknown: [...cited].filter((number) => !rules.has(number)),
  };
}

function readTests(): string[] {
  const folder = join(repository, 'test');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(test|spec)\.tsx?$/.test(file) && !file.endsWith('rules-cited.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

const readTable = () => readFileSync(join(repository, 'src-main/backend/sync/RULES.md'), 'utf8');

describe('the rules of sync', () => {
  test('are numbered from 1 to 25', () => {
    expect([...readRules(readTable()).keys()]).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  test('are each cited by a test, but for those that do not apply', () => {
    expect(compare(readTable(), readTests())).toEqual({ uncited: [], unknown: [] });
  });
});

describe('the comparison of rules and tests', () => {
  const table = ['| I1   | One. | x |', '| I2   | Two does not apply. | – |', '| I3   | Three. | y |'].join(
    '\n',
  );

  test('finds a rule that no test cites, and one that does not exist', () => {
    expect(compare(table, ["it('holds [I1]')", "it('holds [I4]')"])).toEqual({ uncited: [3], unknown: [4] });
  });

  test('finds nothing where every rule that applies is cited, also several in one name', () => {
    expect(compare(table, ["it('holds [I1] [I3]')"])).toEqual({ uncited: [], unknown: [] });
  });
});
