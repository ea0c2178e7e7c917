import { describe, expect, it } from 'vitest';
import { type Scheme, stateLooks, toStylesheet } from '../../../src-renderer/graph/style.ts';

const states = Object.keys(stateLooks);

/** The colours of the label of a relationship and of what is behind it. */
function readLabel(scheme: Scheme, state: string): { readonly color: string; readonly ground: string } {
  const rule = toStylesheet(scheme).find(({ selector }) => selector === 'edge');
  if (rule === undefined || !('style' in rule)) throw new Error('Relationships have a style.');
  const style = rule.style as Record<string, unknown>; // cytoscape types it by the kind of element
  const color = style['color'] as (edge: { data: () => string }) => string; // as the stylesheet gives it
  return { color: color({ data: () => state }), ground: String(style['text-background-color']) };
}

function toLuminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function toContrast(a: string, b: string): number {
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
