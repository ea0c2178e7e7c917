import { describe, expect, it } from 'vitest';
import { applyMutant, describeMutant, findMutants } from '../../../scripts/mutate/mutants.mjs';

/** What the source becomes, one mutant at a time. */
const mutate = (source: string) => findMutants(source).map((mutant) => applyMutant(source, mutant));

describe('mutants', () => {
  it.each([
    ['if (a) b;', ['if (true) b;', 'if (false) b;', 'if (a) ;']],
    ['x = a ? b : c', ['x = true ? b : c', 'x = false ? b : c']],
    ['x = a && b', ['x = a || b', 'x = true', 'x = false']],
    ['x = a ?? b', ['x = a && b']],
    ['x = a < b', ['x = a <= b', 'x = a >= b', 'x = true', 'x = false']],
    ['x = a + b', ['x = a - b']],
    ['x += 1', ['x -= 1']],
    ['x = n++', ['x = n--']],
    ['x = !a', ['x = a']],
    ['x = true', ['x = false']],
    ["x = 'a'", ["x = ''"]],
    ["x = ''", ["x = 'mutant'"]],
    ['x = [a]', ['x = []']],
    ['x = []', ["x = ['mutant']"]],
    ['x = { a }', ['x = ({})']],
    ['x = a?.b', ['x = a.b']],
    ['x = a.some(b)', ['x = a.every(b)']],
    ['x = a.filter(b)', ['x = a']],
    ['x = () => a', ['x = () => undefined']],
    ['while (a) b;', ['while (false) b;', 'while (a) ;']],
    ['function f() { return a; }', ['function f() {}']],
  ])('of %s', (source, expected) => {
    const made = mutate(`${source}\n`).map((text) => text.trim());
    expect(made).toEqual(expect.arrayContaining(expected));
    const whole = new Set([...expected, ';']); // a statement that is left out whole
    expect(made.filter((text) => !whole.has(text))).toEqual([]);
  });

  it('leave types and imports alone', () => {
    expect(
      mutate("import a from 'a';\ntype T = 'b' | { c: true };\nexport interface I { d: 'e' }\n"),
    ).toEqual([]);
  });

  it('are described by their place and what they do', () => {
    const source = 'const a = 1;\nconst b = a > 2;\n';
    const [first] = findMutants(source);
    expect(first === undefined ? '' : describeMutant(source, first)).toMatch(
      /^2:\d+ .+ {2}const b = a > 2;$/,
    );
  });
});
