import type { Core, EventObject, EventObjectNode, NodeSingular, Position } from 'cytoscape';
import type { EntityId, RelationshipId } from '../../src-preload/contract/model.ts';
import { toNodeId } from './elements.ts';
import { GHOST_CLASS } from './patch.ts';

/** What the pointer meant. Places are pixels inside the canvas. */
export interface GestureListener {
  readonly onEntity: (id: EntityId) => void;
  readonly onRelationship: (id: RelationshipId) => void;
  readonly onGround: () => void;
  readonly onExpand: (id: EntityId) => void;
  /** An end was clicked while drawing is on. */
  readonly onEnd: (id: EntityId, at: Position) => void;
  /** A line was dragged from one entity to another. */
  readonly onRelate: (sourceId: EntityId, targetId: EntityId, at: Position) => void;
}

/** The gestures of one drawing. */
export interface Gestures {
  /** Follows the view: is drawing on, and is its first end picked. */
  readonly setRelating: (relating: { readonly sourceId: EntityId | null } | null) => void;
  /** Ends a line being dragged; answers whether there was one. */
  readonly cancel: () => boolean;
}

const HANDLE = 'ghost-handle';
const POINTER = 'ghost-pointer';
const BAND = 'ghost-band';

/**
 * What the pointer does on the canvas. Drawing a relationship has three ways: drag from the handle of a node, drag from
 * a node while drawing is on, or click one end and then the other. States: idle → dragging or armed → idle.
 */
export function createGestures(cy: Core, listener: GestureListener): Gestures {
  let relating = false;
  let dragged: NodeSingular | null = null;

  const begin = (node: NodeSingular, at: Position) => {
    dragged = node;
    cy.userPanningEnabled(false);
    removeGhost(cy, HANDLE);
    showBand(cy, node, at);
  };
  const end = () => {
    dragged = null;
    cy.userPanningEnabled(true);
    cy.nodes('.target--now').removeClass('target--now');
    hideBand(cy);
  };

  bindSelection(cy, listener, () => relating);
  bindHover(cy, () => dragged !== null || relating);
  cy.on('tapstart', 'node', (event: EventObjectNode) => {
    const source =
      event.target.id() === HANDLE ? cy.getElementById(String(event.target.data('of'))) : event.target;
    if (event.target.id() !== HANDLE && !relating) return;
    if (source.nonempty()) begin(source, event.position);
  });
  cy.on('tapdrag', (event) => {
    if (dragged === null) return;
    movePointer(cy, event.position);
    markTarget(cy, targetOf(event, dragged));
  });
  cy.on('tapend', (event) => {
    if (dragged === null) return;
    const source = dragged;
    const target = targetOf(event, source);
    end();
    if (target !== null) listener.onRelate(idOf(source), idOf(target), event.renderedPosition);
    else if (relating && event.target === source) listener.onEnd(idOf(source), event.renderedPosition);
  });
  cy.on('mousemove', (event) => {
    if (dragged === null) movePointer(cy, event.position);
  });

  return {
    setRelating: (next) => {
      relating = next !== null;
      cy.autoungrabify(relating);
      removeGhost(cy, HANDLE);
      if (dragged !== null) return;
      hideBand(cy);
      const source =
        next === null || next.sourceId === null ? null : cy.getElementById(toNodeId(next.sourceId));
      if (source?.nonempty()) showBand(cy, source, source.position());
    },
    cancel: () => {
      if (dragged === null) return false;
      end();
      return true;
    },
  };
}

function bindSelection(cy: Core, listener: GestureListener, isRelating: () => boolean): void {
  cy.on('tap', 'node', ({ target }: EventObjectNode) => {
    if (!isRelating() && !isGhost(target)) listener.onEntity(idOf(target));
  });
  cy.on('dbltap', 'node', ({ target }: EventObjectNode) => {
    if (isRelating() || isGhost(target)) return;
    listener.onEntity(idOf(target));
    listener.onExpand(idOf(target));
  });
  cy.on('tap', 'edge', ({ target }) => {
    if (!isRelating() && !target.hasClass(GHOST_CLASS))
      listener.onRelationship(target.data('relationshipId'));
  });
  cy.on('tap', (event) => {
    if (event.target === cy && !isRelating()) listener.onGround();
  });
}

function bindHover(cy: Core, isDrawing: () => boolean): void {
  cy.on('mouseover', 'node', ({ target }: EventObjectNode) => {
    if (isGhost(target)) return;
    target.addClass('hover--now');
    if (!isDrawing()) showHandle(cy, target);
  });
  cy.on('mouseover', 'edge', ({ target }) => void target.addClass('hover--now'));
  cy.on('mouseout', 'node, edge', ({ target }) => void target.removeClass('hover--now'));
  // The handle stays while the pointer travels from the node to it, and goes once the pointer is far from both.
  cy.on('mousemove', (event) => {
    const handle = cy.getElementById(HANDLE);
    if (handle.empty() || distance(handle.position(), event.position) < 60) return;
    removeGhost(cy, HANDLE);
  });
  cy.container()?.addEventListener('mouseleave', () => {
    if (!isDrawing()) removeGhost(cy, HANDLE);
  });
  cy.on('position', 'node', ({ target }: EventObjectNode) => {
    const handle = cy.getElementById(HANDLE);
    if (handle.nonempty() && handle.data('of') === target.id()) handle.position(handlePlace(target));
  });
}

function showHandle(cy: Core, node: NodeSingular): void {
  const handle = cy.getElementById(HANDLE);
  if (handle.nonempty() && handle.data('of') === node.id()) return;
  removeGhost(cy, HANDLE);
  cy.add({
    group: 'nodes',
    data: { id: HANDLE, of: node.id() },
    classes: `${GHOST_CLASS} handle`,
    position: handlePlace(node),
    grabbable: false,
    selectable: false,
  });
}

function handlePlace(node: NodeSingular): Position {
  const { x, y } = node.position();
  const away = node.width() / 2 + 5;
  return { x: x + away * 0.85, y: y - away * 0.85 };
}

function showBand(cy: Core, source: NodeSingular, at: Position): void {
  hideBand(cy);
  const pointer = { id: POINTER, of: '' };
  cy.add([
    {
      group: 'nodes',
      data: pointer,
      classes: `${GHOST_CLASS} pointer`,
      position: { ...at },
      grabbable: false,
    },
    {
      group: 'edges',
      data: { id: BAND, source: source.id(), target: POINTER },
      classes: `${GHOST_CLASS} band`,
    },
  ]);
}

function hideBand(cy: Core): void {
  removeGhost(cy, BAND);
  removeGhost(cy, POINTER);
}

function movePointer(cy: Core, at: Position): void {
  cy.getElementById(POINTER).position({ ...at });
}

function markTarget(cy: Core, target: NodeSingular | null): void {
  cy.nodes('.target--now').removeClass('target--now');
  target?.addClass('target--now');
}

/** The node under the pointer, unless it is the one the line comes from. */
function targetOf(event: EventObject, source: NodeSingular): NodeSingular | null {
  const { target } = event;
  if (target === event.cy || !target.isNode() || isGhost(target) || target.id() === source.id()) return null;
  return target;
}

function isGhost(node: NodeSingular): boolean {
  return node.hasClass(GHOST_CLASS);
}

function idOf(node: NodeSingular): EntityId {
  return node.data('entityId');
}

function removeGhost(cy: Core, id: string): void {
  cy.getElementById(id).remove();
}

function distance(a: Position, b: Position): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
