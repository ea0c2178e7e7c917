import type { Css } from 'cytoscape';

/** How a kind looks in the graph, the lists and the legend: colour, shape and glyph say the same thing three times. */
export interface KindLook {
  readonly light: string;
  readonly dark: string;
  readonly shape: Css.NodeShape;
  /** Paths of a 24 × 24 drawing of lines. */
  readonly glyph: readonly string[];
}

/** Hues told apart by people with any colour vision (after Okabe and Ito), dark enough for a white glyph. */
const looks: Readonly<Record<string, KindLook>> = {
  asset: {
    light: '#2f6db5',
    dark: '#3f7fcb',
    shape: 'ellipse',
    glyph: ['M12 3l8 4.5l0 9l-8 4.5l-8 -4.5l0 -9l8 -4.5', 'M12 12l8 -4.5', 'M12 12l0 9', 'M12 12l-8 -4.5'],
  },
  dashboard: {
    light: '#00795c',
    dark: '#0b8f6e',
    shape: 'round-rectangle',
    glyph: ['M4 4h6v8h-6z', 'M4 16h6v4h-6z', 'M14 12h6v8h-6z', 'M14 4h6v4h-6z'],
  },
  metric: {
    light: '#b45309',
    dark: '#c4640f',
    shape: 'round-diamond',
    glyph: ['M4 19l16 0', 'M4 15l4 -6l4 2l4 -5l4 4'],
  },
  collaborator: {
    light: '#9d4b85',
    dark: '#b0609a',
    shape: 'round-hexagon',
    glyph: ['M8 7a4 4 0 1 0 8 0a4 4 0 0 0 -8 0', 'M6 21v-2a4 4 0 0 1 4 -4h4a4 4 0 0 1 4 4v2'],
  },
  issue: {
    light: '#b3403a',
    dark: '#c9554e',
    shape: 'round-triangle',
    glyph: ['M12 8v5', 'M12 17h.01'],
  },
  checklist: {
    light: '#5b5fb0',
    dark: '#7277c8',
    shape: 'round-pentagon',
    glyph: ['M6 12l4 4l8 -9'],
  },
  documentlineage: {
    light: '#5d6b1f',
    dark: '#76862c',
    shape: 'cut-rectangle',
    glyph: ['M7 4h7l4 4v12h-11z', 'M10 12l5 0', 'M10 16l5 0'],
  },
};

const otherLook: KindLook = {
  light: '#5f6b7a',
  dark: '#76828f',
  shape: 'round-octagon',
  glyph: ['M8 12a4 4 0 1 0 8 0a4 4 0 1 0 -8 0'],
};

/** The look of a kind; every kind without its own shares one. */
export function lookOf(kind: string): KindLook {
  return looks[kind] ?? otherLook;
}

/** The glyph of a kind in white, as an address that an image can be loaded from. */
export function toGlyphUrl(kind: string): string {
  const paths = lookOf(kind).glyph.map((path) => `<path d="${path}"/>`);
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 24 24" fill="none" ' +
    `stroke="#fff" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${paths.join('')}</svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
