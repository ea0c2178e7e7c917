import { describe, expect, it } from 'vitest';
import { type Scheme, stateLooks, toStylesheet } from '../../../src-renderer/graph/style.ts';

const states = Object.keys(stateLooks);

type Colour = readonly number[];

/** The colours of the label of a relationship, as it lies over what is behind it, and of that. */
function readLabel(scheme: Scheme, state: string): { readonly color: Colour; readonly ground: Colour } {
  const rules = [{ selector: 'edge' }, { selector: `edge[state = "${state}"]` }];
  if (state !== 'synced') rules.push({ selector: 'edge[state != "synced"]' });
  const style = Object.assign({}, ...rules.map(({ selector }) => readStyle(scheme, selector)));
  const toColor = style['color'] as (edge: { data: () => string }) => string; // as the stylesheet gives it
  const ground = toColour(String(style['text-background-color']));
  const opacity = Number(style['opacity'] ?? 1) * Number(style['text-opacity'] ?? 1);
  const color = toColour(toColor({ data: () => state })).map(
    (channel, index) => channel * opacity + (ground[index] ?? 0) * (1 - opacity),
  );
  return { color, ground };
}

/** What all rules of a selector come to. */
function readStyle(scheme: Scheme, selector: string): Record<string, unknown> {
  const rules = toStylesheet(scheme).filter((rule) => rule.selector === selector);
  const styles = rules.map((rule) => ('style' in rule ? rule.style : {})); // cytoscape types them by the kind of element
  return Object.assign({}, ...styles);
}

function toColour(hex: string): Colour {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
}

function toLuminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((value) => {
    const channel = value / 255;
    return channel <= 0.04 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function toContrast(a: Colour, b: Colour): number {
  const [first, second] = [toLuminance(a), toLuminance(b)];
  return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
}

describe('the look of the drawing', () => {
  it.each((['light', 'dark'] as const).flatMap((scheme) => states.map((state) => [scheme, state] as const)))(
    'by %s the label of a relationship that is %s stands out from the ground',
    (scheme, state) => {
      const { color, ground } = readLabel(scheme, state);
      expect(toContrast(color, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );
});
