import cytoscape from 'cytoscape';
import { describe, expect, it } from 'vitest';
import { toElements } from '../../../src-renderer/graph/elements.ts';
import { GHOST_CLASS, patchElements } from '../../../src-renderer/graph/patch.ts';
import { graphEntity, graphRelationship, neighbourhood } from './neighbourhoods.ts';

const before = neighbourhood([graphEntity(1), graphEntity(2)], [graphRelationship(7, 1, 2)]);

function drawn() {
  const cy = cytoscape({ headless: true });
  patchElements(cy, toElements(before));
  cy.getElementById('e1').position({ x: 31, y: -4 });
  cy.getElementById('e2').position({ x: 200, y: 90 });
  return cy;
}

describe('patchElements', () => {
  it('keeps the place of what did not change when something is added', () => {
    const cy = drawn();
    const after = neighbourhood(
      [...before.entities, graphEntity(3)],
      [...before.relationships, graphRelationship(8, 2, 3)],
    );
    expect(patchElements(cy, toElements(after))).toEqual({ added: ['e3', 'r8'], updated: [], removed: [] });
    expect(cy.getElementById('e1').position()).toEqual({ x: 31, y: -4 });
    expect(cy.getElementById('e2').position()).toEqual({ x: 200, y: 90 });
  });

  it('places what is new beside what it is connected to', () => {
    const cy = drawn();
    const after = neighbourhood([...before.entities, graphEntity(3)], [graphRelationship(8, 2, 3)]);
    patchElements(cy, toElements(after));
    const { x, y } = cy.getElementById('e3').position();
    expect(Math.hypot(x - 200, y - 90)).toBeLessThan(150);
  });

  it('touches nothing when nothing differs', () => {
    const cy = drawn();
    let touched = 0;
    cy.on('add remove data position style', () => {
      touched += 1;
    });
    expect(patchElements(cy, toElements(before))).toEqual({ added: [], updated: [], removed: [] });
    expect(touched).toBe(0);
  });

  it('changes data in place', () => {
    const cy = drawn();
    const node = cy.getElementById('e1');
    const renamed = neighbourhood([graphEntity(1, { name: 'Pump' }), graphEntity(2)], before.relationships);
    expect(patchElements(cy, toElements(renamed)).updated).toEqual(['e1']);
    expect(cy.getElementById('e1').same(node)).toBe(true);
    expect(node.data('label')).toBe('Pump');
  });

  it('removes what left, with its edges', () => {
    const cy = drawn();
    const { removed } = patchElements(cy, toElements(neighbourhood([graphEntity(1)], [])));
    expect(removed.toSorted()).toEqual(['e2', 'r7']);
    expect(cy.elements()).toHaveLength(1);
  });

  it('leaves alone what a gesture draws', () => {
    const cy = drawn();
    cy.add({ group: 'nodes', data: { id: 'ghost-handle' }, classes: GHOST_CLASS });
    expect(patchElements(cy, toElements(before)).removed).toEqual([]);
    expect(cy.getElementById('ghost-handle').nonempty()).toBe(true);
  });
});
