import { expect, test } from 'vitest';
import { toFigure } from '../../bench/figure.ts';
import { toGrowths } from '../../bench/growth.ts';

const measured = (name: string, value: number, peers: number[]) =>
  toFigure({ name, unit: 'ms', about: '', budget: 2, values: [value], peers });

test('what was measured at several sizes grows from the least to the largest, beside its peer', () => {
  const figures = [
    measured('open-300000', 6, [3]),
    measured('open-1000000', 20, [8]),
    measured('open-10000', 2, [1]),
  ];
  expect(toGrowths(figures)).toMatchObject([
    { name: 'open-growth', value: 10, peer: 8, ratio: 1.25, budget: null, within: null },
  ]);
});

test('what was measured at one size, or at none, has no growth', () => {
  expect(toGrowths([measured('open-10000', 2, [1]), measured('impact-520', 2, [1])])).toEqual([]);
});

test('a figure without its peer is not judged, nor is its growth', () => {
  const figures = [measured('two-hops-duckdb-10000', 2, []), measured('two-hops-duckdb-1000000', 6, [])];
  expect(figures[0]).toMatchObject({ peer: null, ratio: null, within: null });
  expect(toGrowths(figures)).toMatchObject([{ value: 3, peer: null, ratio: null }]);
});
