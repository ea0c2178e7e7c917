import cytoscape, { type Core, type NodeSingular } from 'cytoscape';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { type GraphElement, toNodeId } from './elements.ts';
import { createGestures, type GestureListener, type Gestures } from './gestures.ts';
import { createLayout, createLayoutWorker } from './layout.ts';
import { GHOST_CLASS, patchElements } from './patch.ts';
import { type Scheme, toStylesheet } from './style.ts';

/** The drawing as the view sees it: what to show, and a few things to do with the viewport. */
export interface Canvas {
  /** Draws exactly these; a new arrangement puts what it names at its places, and nothing is laid out. */
  readonly show: (elements: readonly GraphElement[], arrangement: Arrangement | null) => void;
  /** Where everything is, to be saved. */
  readonly readPlaces: () => Places;
  readonly setScheme: (scheme: Scheme) => void;
  readonly setRelating: Gestures['setRelating'];
  readonly cancelDrag: () => boolean;
  readonly fit: () => void;
  readonly zoomBy: (factor: number) => void;
  readonly arrangeAll: () => void;
  /** Where an entity is drawn, in pixels inside the canvas; the middle where it is not drawn. */
  readonly placeOf: (id: EntityId) => { readonly x: number; readonly y: number };
  readonly end: () => void;
}

/** What is in the middle, and how near. */
export interface Viewport {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/** Places to put things at; one `sequence` is applied once. */
export interface Arrangement {
  readonly sequence: number;
  readonly places: readonly { readonly id: EntityId; readonly x: number; readonly y: number }[];
  /** Null fits all into the window. */
  readonly viewport: Viewport | null;
}

/** Where everything is drawn, and what is looked at. */
export interface Places {
  readonly places: Arrangement['places'];
  readonly viewport: Viewport;
}

/** Pixels that tools and legend lie over. */
const ROOM = { top: 92, right: 40, bottom: 56, left: 40 } as const;
const MIN_ZOOM = 0.1;
const MAX_FIT_ZOOM = 1.25;

/** Draws into an empty element that React leaves alone. */
export function createCanvas(container: HTMLElement, scheme: Scheme, listener: GestureListener): Canvas {
  const cy = cytoscape({
    container,
    style: toStylesheet(scheme),
    minZoom: MIN_ZOOM,
    maxZoom: 3,
    boxSelectionEnabled: false,
    selectionType: 'single',
    autounselectify: true,
  });
  const layout = createLayout(cy, createLayoutWorker());
  const gestures = createGestures(cy, listener);
  const fit = () => fitAll(cy);
  const endResizing = followSize(cy, container);
  const arrangeAll = () => layout.arrange('all', fit);
  let applied = 0;
  return {
    show: (elements, arrangement) => {
      if (arrangement !== null && arrangement.sequence !== applied) {
        applied = arrangement.sequence;
        layout.cancel();
        patchElements(cy, elements);
        const free = putInPlace(cy, arrangement);
        if (free.length > 0) layout.arrange(free, () => undefined);
        return;
      }
      const before = cy.nodes().length;
      const { added, removed } = patchElements(cy, elements);
      const addedNodes = added.filter((id) => cy.getElementById(id).isNode());
      const kept = cy.nodes().length - addedNodes.length;
      if (addedNodes.length === 0) return;
      if (kept <= 1 && (before === 0 || removed.length > 0)) arrangeAll();
      else layout.arrange(addedNodes, () => showAll(cy));
    },
    readPlaces: () => readPlaces(cy),
    setScheme: (next) => void cy.style(toStylesheet(next)),
    setRelating: gestures.setRelating,
    cancelDrag: gestures.cancel,
    fit,
    zoomBy: (factor) =>
      cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } }),
    arrangeAll,
    placeOf: (id) => {
      const node = cy.getElementById(toNodeId(id));
      return node.empty() ? { x: cy.width() / 2, y: cy.height() / 2 } : node.renderedPosition();
    },
    end: () => {
      endResizing();
      layout.end();
      cy.destroy();
    },
  };
}

/** Answers with what the arrangement has no place for. */
function putInPlace(cy: Core, { places, viewport }: Arrangement): string[] {
  const known = new Map(places.map(({ id, x, y }) => [toNodeId(id), { x, y }]));
  const nodes = cy.nodes().not(`.${GHOST_CLASS}`);
  cy.batch(() => {
    nodes.forEach((node: NodeSingular) => void node.position(known.get(node.id()) ?? node.position()));
  });
  if (viewport === null) fitAll(cy);
  else {
    cy.zoom(viewport.zoom);
    cy.pan({
      x: cy.width() / 2 - viewport.x * cy.zoom(),
      y: cy.height() / 2 - viewport.y * cy.zoom(),
    });
  }
  return nodes.map((node) => node.id()).filter((id) => !known.has(id));
}

/** Rounded to a hundredth of a pixel, so that a file of it can be read. */
function readPlaces(cy: Core): Places {
  const round = (number: number, parts: number) => Math.round(number * parts) / parts;
  const { x, y } = cy.pan();
  const zoom = cy.zoom();
  return {
    places: cy
      .nodes()
      .not(`.${GHOST_CLASS}`)
      .map((node: NodeSingular) => ({
        id: node.data('entityId') as EntityId, // every node that is no ghost is an entity
        x: round(node.position('x'), 100),
        y: round(node.position('y'), 100),
      })),
    viewport: {
      zoom: round(zoom, 10_000),
      x: round((cy.width() / 2 - x) / zoom, 100),
      y: round((cy.height() / 2 - y) / zoom, 100),
    },
  };
}

/** Shows all that is drawn, clear of what lies over the canvas. */
function fitAll(cy: Core): void {
  const { x1, y1, x2, y2, w, h } = cy.elements().boundingBox();
  if (!(w > 0 && h > 0)) return;
  const width = Math.max(1, cy.width() - ROOM.left - ROOM.right);
  const height = Math.max(1, cy.height() - ROOM.top - ROOM.bottom);
  const zoom = Math.max(MIN_ZOOM, Math.min(MAX_FIT_ZOOM, width / w, height / h));
  const pan = {
    x: ROOM.left + (width - zoom * (x1 + x2)) / 2,
    y: ROOM.top + (height - zoom * (y1 + y2)) / 2,
  };
  cy.viewport({ zoom, pan });
}

/** Zooms out where something new lies outside the window; otherwise leaves the viewport alone. */
function showAll(cy: Core): void {
  const { x1, y1, x2, y2 } = cy.elements().boundingBox();
  const seen = cy.extent();
  if (x1 < seen.x1 || y1 < seen.y1 || x2 > seen.x2 || y2 > seen.y2) fitAll(cy);
}

/** Keeps all in sight that was, or else the middle, when a panel opens or the window changes. Returns the end of it. */
function followSize(cy: Core, container: HTMLElement): () => void {
  let { width, height } = container.getBoundingClientRect();
  const observer = new ResizeObserver(() => {
    const box = cy.elements().renderedBoundingBox();
    const sawAll = box.x1 >= 0 && box.y1 >= 0 && box.x2 <= width && box.y2 <= height;
    const next = container.getBoundingClientRect();
    cy.resize();
    if (sawAll) fitAll(cy);
    else cy.panBy({ x: (next.width - width) / 2, y: (next.height - height) / 2 });
    ({ width, height } = next);
  });
  observer.observe(container);
  return () => observer.disconnect();
}
