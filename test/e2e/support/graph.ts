import type { Page } from '@playwright/test';
import type { EntityId } from '../../../src-preload/contract/model.ts';

/** Reads the drawing as cytoscape keeps it beside its element, to aim the mouse and to see what is drawn. */

interface Place {
  readonly x: number;
  readonly y: number;
}

interface DrawnEdge {
  readonly source: string;
  readonly target: string;
  readonly state: string;
  readonly label: string;
}

/** Where the entity is on the page, once its place no longer changes. */
export async function findPlace(page: Page, name: string): Promise<Place> {
  let last: Place | null = null;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const now = await readPlace(page, name);
    if (now !== null && last !== null && Math.hypot(now.x - last.x, now.y - last.y) < 0.5) return now;
    last = now;
    await page.waitForTimeout(100);
  }
  throw new Error(`${name} is not drawn, or never stands still.`);
}

async function readPlace(page: Page, name: string): Promise<Place | null> {
  return await page.getByTestId('graph-canvas').evaluate((canvas, wanted) => {
    const { cy } = Reflect.get(canvas, '_cyreg') as { cy: import('cytoscape').Core }; // set by cytoscape itself
    const node = cy
      .nodes()
      .toArray()
      .find((n) => String(n.data('label')).startsWith(wanted));
    if (node === undefined) return null;
    const box = canvas.getBoundingClientRect();
    const { x, y } = node.renderedPosition();
    return { x: box.x + x, y: box.y + y };
  }, name);
}

/** Every edge that is drawn, its ends by label. */
export async function readEdges(page: Page): Promise<DrawnEdge[]> {
  return await page.getByTestId('graph-canvas').evaluate((canvas) => {
    const { cy } = Reflect.get(canvas, '_cyreg') as { cy: import('cytoscape').Core }; // set by cytoscape itself
    return cy
      .edges()
      .toArray()
      .filter((edge) => edge.data('state') !== undefined)
      .map((edge) => ({
        source: String(edge.source().data('label')),
        target: String(edge.target().data('label')),
        state: String(edge.data('state')),
        label: String(edge.data('label')),
      }));
  });
}

/** Draws a relationship as a person does: drawing on, drag from one entity to the other. */
export async function drawRelationship(page: Page, from: string, to: string): Promise<void> {
  await page.getByTestId('relate').click();
  const start = await findPlace(page, from);
  const end = await findPlace(page, to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 8 });
  await page.mouse.move(end.x, end.y, { steps: 8 });
  await page.mouse.up();
}

interface DrawnEntity {
  readonly id: EntityId;
  /** In the drawing's own measure, to a hundredth, as a view keeps it. */
  readonly x: number;
  readonly y: number;
  readonly hidden: boolean;
  readonly pinned: boolean;
}

/** Every entity that is drawn, hidden or not. */
export async function readDrawn(page: Page): Promise<DrawnEntity[]> {
  return await page.getByTestId('graph-canvas').evaluate((canvas) => {
    const { cy } = Reflect.get(canvas, '_cyreg') as { cy: import('cytoscape').Core }; // set by cytoscape itself
    return cy
      .nodes()
      .toArray()
      .filter((node) => node.data('entityId') !== undefined)
      .map((node) => ({
        id: node.data('entityId') as EntityId, // as toElements gave it
        x: Math.round(node.position('x') * 100) / 100,
        y: Math.round(node.position('y') * 100) / 100,
        hidden: node.hasClass('hidden'),
        pinned: node.hasClass('pinned'),
      }));
  });
}
