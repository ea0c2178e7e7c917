import fc from 'fast-check';
import type { ViewPlace, ViewSettings } from '../../src-preload/contract/views.ts';

/** A view in the words of a test: entities by the numbers that the test gave them. */
export interface AnyView {
  readonly name: string;
  readonly settings: ViewSettings;
  readonly places: readonly (ViewPlace & { readonly number: number })[];
  /** The numbers of those from which the picture grows, in turn. */
  readonly roots: readonly number[];
}

const coordinate = fc.double({ min: -1_000_000, max: 1_000_000, noNaN: true });
const query = fc.constantFrom('', 'kind:asset', 'pump or "öl tank"', '-(name:"a \\"b\\"" archived:false)');

const settings: fc.Arbitrary<ViewSettings> = fc.record({
  query,
  filter: fc.record({ text: query, mode: fc.constantFrom('dim' as const, 'hide' as const) }),
  hiddenKinds: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 3 }),
  viewport: fc.option(
    fc.record({
      zoom: fc.double({ min: 0.01, max: 100, noNaN: true }),
      x: coordinate,
      y: coordinate,
    }),
  ),
});

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map((text) => text.replaceAll(/\p{Cc}/gu, '').trim())
  .filter((text) => text !== '');

/** Views over so many entities, each drawn or not, pinned or not, some of them roots in any turn. */
export function anyViewOver(entities: number): fc.Arbitrary<AnyView> {
  const place = fc.record({
    number: fc.nat({ max: entities - 1 }),
    x: coordinate,
    y: coordinate,
    pinned: fc.boolean(),
  });
  const places = fc.uniqueArray(place, { selector: ({ number }) => number, maxLength: entities });
  return fc
    .tuple(name, settings, places)
    .chain(([called, set, drawn]) =>
      fc
        .shuffledSubarray(drawn.map(({ number }) => number))
        .map((roots) => ({ name: called, settings: set, places: drawn, roots })),
    );
}
