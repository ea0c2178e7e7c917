import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bugs } from '../simulation/bugs/catalogue.ts';
import { plant } from '../simulation/bugs/run-bugs.ts';
import { numberedRules, rulesWatched, seenRules } from '../simulation/rules-watched.ts';
import { drawSteps, playSeed } from '../simulation/run.ts';
import { addLooks, createSummary, findUnwatched, toRulesTable } from '../simulation/summary.ts';
import { createTempFolder } from '../support/temp-folder.ts';

test('the same seed does the same twice, and whatever the clock shows [I20] [I21]', async () => {
  const first = await playSeed({ seed: 7 });

  expect(first.failure).toBeNull();
  expect(first.steps.length).toBeGreaterThanOrEqual(60);
  expect((await playSeed({ seed: 7 })).hash).toBe(first.hash);
  expect((await playSeed({ seed: 7, clockYears: -10 })).hash).toBe(first.hash);
});

test('another seed does something else', async () => {
  const [one, other] = [await playSeed({ seed: 7 }), await playSeed({ seed: 8 })];

  expect(one.hash).not.toBe(other.hash);
});

test('a seed can be played with fewer steps', async () => {
  const steps = drawSteps(7).slice(0, 5);

  expect(await playSeed({ seed: 7 }, steps)).toMatchObject({ failure: null, steps });
});

test('a deliberate bug is planted only where its text stands exactly once', () => {
  const folder = createTempFolder();
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/a.ts'), 'one(); two(); two();');

  plant(folder, { file: 'src/a.ts', text: 'one()', by: 'three()' });

  expect(readFileSync(join(folder, 'src/a.ts'), 'utf8')).toBe('three(); two(); two();');
  const moved = { file: 'src/a.ts', by: '' };
  expect(() => plant(folder, { ...moved, text: 'two()' })).toThrow('2 times');
  expect(() => plant(folder, { ...moved, text: 'four()' })).toThrow('0 times');
});

test.each(bugs)('the text that “$name” replaces stands exactly once in the engine', ({ replacements }) => {
  for (const { file, text, by } of replacements) {
    expect(by).not.toBe(text);
    expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
  }
});

test.each(
  numberedRules.flatMap((rule) => {
    const watch = rulesWatched[rule];
    return 'tests' in watch ? watch.tests.map((one) => ({ rule, ...one })) : [];
  }),
)('the test that sees what the simulation cannot see of $rule is there: $file', ({ rule, file, name }) => {
  const text = readFileSync(file, 'utf8');

  expect(text).toContain(name);
  expect(text).toContain(`[${rule}]`);
});

test('a rule that had nothing to look at is shown with 0 and named as unwatched', () => {
  const summary = { ...createSummary(), seeds: 100 };
  for (const rule of seenRules.filter((rule) => rule !== 'I10')) addLooks(summary, rule, 7, 50);

  expect(findUnwatched(summary)).toEqual(['I10']);
  expect(toRulesTable(summary).find((line) => line.startsWith('I10'))).toMatch(/^I10 +0 in +0\.0 %/);
  expect(toRulesTable(summary).find((line) => line.startsWith('I9 '))).toMatch(/^I9 +7 in +50\.0 %/);
});

test.each([
  { seed: 31985, found: 'a feed told gone what was only kept beside base, and it was kept for ever' },
  { seed: 1003, found: 'the old type was created again after a create that was forbidden once it was done' },
  { seed: 16662, found: 'a create went to another account, and base was wrong for ever' },
  {
    seed: 16862,
    found: 'a create that another account confirmed was believed, and no feed ever told otherwise',
  },
  { seed: 1221, found: 'a push carried the loss of everything past the guard' },
])('seed $seed holds, which once found that $found', async ({ seed }) => {
  expect((await playSeed({ seed, edition: 1 })).failure).toBeNull();
});
