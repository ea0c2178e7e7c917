import type { Core, EdgeSingular, NodeSingular } from 'cytoscape';
import type { LayoutAnswer, LayoutQuestion } from './layout-messages.ts';
import { GHOST_CLASS } from './patch.ts';

/** The part of a Web Worker that layout needs. */
export interface LayoutWorker {
  postMessage(question: LayoutQuestion, options: StructuredSerializeOptions): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<LayoutAnswer>) => void): void;
  terminate(): void;
}

/** Finds places for nodes. */
export interface Layout {
  /** Finds places for these nodes and leaves all others where they are; `all` frees every node that is not pinned. */
  readonly arrange: (free: readonly string[] | 'all', done: () => void) => void;
  /** Drops the answer that is under way. */
  readonly cancel: () => void;
  readonly end: () => void;
}

/** The worker of the page. */
export function createLayoutWorker(): LayoutWorker {
  return new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
}

/** Lays out in the worker; an answer overtaken by a later question is dropped. */
export function createLayout(cy: Core, worker: LayoutWorker): Layout {
  let sequence = 0;
  let finish: () => void = () => undefined;
  worker.addEventListener('message', ({ data }) => {
    if (data.sequence !== sequence) return;
    cy.batch(() => {
      for (const { id, x, y } of data.places) cy.getElementById(id).position({ x, y });
    });
    finish();
  });
  return {
    arrange: (free, done) => {
      sequence += 1;
      finish = done;
      worker.postMessage(toQuestion(cy, free, sequence), {});
    },
    cancel: () => {
      sequence += 1;
    },
    end: () => {
      sequence += 1;
      worker.terminate();
    },
  };
}

function toQuestion(cy: Core, free: readonly string[] | 'all', sequence: number): LayoutQuestion {
  const freeIds = free === 'all' ? null : new Set(free);
  const isFixed = (node: NodeSingular) =>
    freeIds === null ? node.hasClass('pinned') : !freeIds.has(node.id());
  const nodes = cy
    .nodes()
    .not(`.${GHOST_CLASS}`)
    .map((node: NodeSingular) => ({
      id: node.id(),
      x: node.position('x'),
      y: node.position('y'),
      fixed: isFixed(node),
    }));
  const links = cy
    .edges()
    .not(`.${GHOST_CLASS}`)
    .map((edge: EdgeSingular) => ({ source: edge.source().id(), target: edge.target().id() }));
  return { sequence, nodes, links };
}
