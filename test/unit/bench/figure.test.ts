import { expect, test } from 'vitest';
import { toFigure } from '../../bench/figure.ts';

const measured = { name: 'gap', unit: 'ms', about: '', budget: 1, values: [9, 51, 8, 7, 9], peers: [50] };

test('a figure is the median of its runs', () => {
  expect(toFigure(measured)).toMatchObject({ value: 9, peer: 50, ratio: 0.18, within: true, runs: 5 });
});

test('what may never happen is judged by the worst of its runs', () => {
  const figure = toFigure({ ...measured, judged: 'worst' });
  expect(figure).toMatchObject({ value: 51, peer: 50, ratio: 1.02, within: false });
});
