import type { Core, Position, SingularElementArgument } from 'cytoscape';
import type { EdgeElement, GraphElement, NodeElement } from './elements.ts';

/** The ids of what was added, changed and removed. */
export interface Patched {
  readonly added: readonly string[];
  readonly updated: readonly string[];
  readonly removed: readonly string[];
}

/** Elements that gestures draw for a moment; a patch leaves them alone. */
export const GHOST_CLASS = 'ghost';

/** Pixels between a new node and the one it came with. */
const NEAR = 110;
/** The golden angle in radians: neighbours placed one after another never fall on each other. */
const GOLDEN_ANGLE = 2.399963;

/**
 * Makes the drawing show exactly these elements and touches only differences, so that what did not change keeps its
 * place. New nodes start beside a node they are connected to.
 */
export function patchElements(cy: Core, elements: readonly GraphElement[]): Patched {
  const added: string[] = [];
  const updated: string[] = [];
  const removed: string[] = [];
  cy.batch(() => {
    const wanted = new Map(elements.map((element) => [element.data.id, element]));
    cy.elements().forEach((drawn) => {
      if (drawn.hasClass(GHOST_CLASS)) return;
      const element = wanted.get(drawn.id());
      if (element !== undefined && hasSameEnds(drawn, element)) return;
      removed.push(drawn.id());
    });
    for (const id of removed) cy.getElementById(id).remove();
    for (const element of elements) {
      const drawn = cy.getElementById(element.data.id);
      if (drawn.empty()) added.push(element.data.id);
      else if (patchElement(drawn, element)) updated.push(element.data.id);
    }
    addAll(cy, elements, new Set(added));
  });
  return { added, updated, removed: removed.filter((id) => !added.includes(id)) };
}

function addAll(cy: Core, elements: readonly GraphElement[], added: ReadonlySet<string>): void {
  const neighbours = toNeighbours(elements);
  const fresh = elements.filter(({ data }) => added.has(data.id));
  fresh.filter(isNode).forEach((element, index) => {
    const position = placeNear(cy, neighbours.get(element.data.id) ?? [], index);
    cy.add({ group: 'nodes', data: { ...element.data }, classes: element.classes, position });
  });
  for (const element of fresh) {
    if (isNode(element)) continue;
    cy.add({ group: 'edges', data: { ...element.data }, classes: element.classes });
  }
}

/** A place beside the first neighbour that is drawn already. */
function placeNear(cy: Core, neighbours: readonly string[], index: number): Position {
  const parent = neighbours.map((id) => cy.getElementById(id)).find((node) => node.nonempty());
  const centre: Position = parent?.position() ?? { x: 0, y: 0 };
  if (parent === undefined && index === 0) return { x: 0, y: 0 };
  const angle = index * GOLDEN_ANGLE;
  const distance = NEAR + 6 * index;
  return { x: centre.x + distance * Math.cos(angle), y: centre.y + distance * Math.sin(angle) };
}

function toNeighbours(elements: readonly GraphElement[]): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>();
  const note = (from: string, to: string) => {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  };
  for (const element of elements) {
    if (isNode(element)) continue;
    note(element.data.source, element.data.target);
    note(element.data.target, element.data.source);
  }
  return neighbours;
}

/** Patches data and classes; answers whether anything differed. Interaction classes end in `--now` and are kept. */
function patchElement(drawn: SingularElementArgument, element: GraphElement): boolean {
  let changed = false;
  for (const [key, value] of Object.entries(element.data)) {
    if (drawn.data(key) === value) continue;
    drawn.data(key, value);
    changed = true;
  }
  const own = drawn.classes().filter((name: string) => !name.endsWith('--now'));
  if (own.toSorted().join(' ') === element.classes.split(' ').filter(Boolean).toSorted().join(' '))
    return changed;
  const passing = drawn.classes().filter((name: string) => name.endsWith('--now'));
  drawn.classes([...passing, ...element.classes.split(' ').filter(Boolean)]);
  return true;
}

function hasSameEnds(drawn: SingularElementArgument, element: GraphElement): boolean {
  if (isNode(element)) return drawn.isNode();
  return drawn.data('source') === element.data.source && drawn.data('target') === element.data.target;
}

function isNode(element: NodeElement | EdgeElement): element is NodeElement {
  return element.group === 'nodes';
}
