import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
} from 'd3-force';
import type { LayoutAnswer, LayoutQuestion } from './layout-messages.ts';

interface Body extends SimulationNodeDatum {
  readonly id: string;
}

/** Room for a node with its label. */
const RADIUS = 58;
const LINK_LENGTH = 125;
const STEPS = 260;

/** Finds places by forces; the same question always has the same answer. */
export function arrange(question: LayoutQuestion): LayoutAnswer {
  const bodies = question.nodes.map(
    ({ id, x, y, fixed }): Body => (fixed ? { id, x, y, fx: x, fy: y } : { id, x, y }),
  );
  const centre = centreOf(question);
  const simulation = forceSimulation(bodies)
    .force('charge', forceManyBody().strength(-420).distanceMax(700))
    .force(
      'link',
      forceLink<Body, SimulationLinkDatum<Body>>(question.links.map((link) => ({ ...link })))
        .id(({ id }) => id)
        .distance(LINK_LENGTH)
        .strength(0.35),
    )
    .force('collide', forceCollide(RADIUS).iterations(2))
    .force('x', forceX(centre.x).strength(0.03))
    .force('y', forceY(centre.y).strength(0.045))
    .stop();
  simulation.tick(STEPS);
  const free = new Set(question.nodes.filter(({ fixed }) => !fixed).map(({ id }) => id));
  return {
    sequence: question.sequence,
    places: bodies.filter(({ id }) => free.has(id)).map(({ id, x, y }) => ({ id, x: x ?? 0, y: y ?? 0 })),
  };
}

/** The middle of what stays, or the origin where everything is free. */
function centreOf({ nodes }: LayoutQuestion): { x: number; y: number } {
  const fixed = nodes.filter((node) => node.fixed);
  if (fixed.length === 0) return { x: 0, y: 0 };
  const sum = fixed.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / fixed.length, y: sum.y / fixed.length };
}
