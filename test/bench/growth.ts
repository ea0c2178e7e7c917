import type { Figure } from './figure.ts';

/** The end of a name that says at what size it was measured. */
const sized = /^(?<what>.+)-(?<size>\d{5,})$/;

interface Sized {
  readonly size: number;
  readonly figure: Figure;
}

/**
 * How what was measured at several sizes grows from the least to the largest, and its peer with it: a ratio of 1 says
 * that both grow alike.
 */
export function toGrowths(figures: readonly Figure[]): Figure[] {
  const families = new Map<string, Sized[]>();
  for (const figure of figures) {
    const groups = sized.exec(figure.name)?.groups;
    if (groups === undefined) continue;
    const what = groups['what'] ?? '';
    families.set(what, [...(families.get(what) ?? []), { size: Number(groups['size']), figure }]);
  }
  return [...families].flatMap(([what, family]) => {
    const inOrder = family.toSorted((a, b) => a.size - b.size);
    const [least, largest] = [inOrder.at(0), inOrder.at(-1)];
    if (least === undefined || largest === undefined || least === largest) return [];
    return [toGrowth(what, least, largest, inOrder)];
  });
}

function toGrowth(what: string, least: Sized, largest: Sized, all: readonly Sized[]): Figure {
  const value = round(largest.figure.value / least.figure.value);
  const [first, last] = [least.figure.peer, largest.figure.peer];
  const peer = first === null || last === null ? null : round(last / first);
  const points = all.map(({ size, figure }) => `${figure.value} ${figure.unit} at ${size}`).join(', ');
  return {
    name: `${what}-growth`,
    value,
    unit: '×',
    peer,
    ratio: peer === null ? null : round(value / peer),
    budget: null,
    within: null,
    about: `from ${least.size} to ${largest.size}: ${points}; peer: its own growth`,
    runs: Math.min(...all.map(({ figure }) => figure.runs)),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
