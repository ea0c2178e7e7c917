import type { EdgeSingular, NodeSingular, StylesheetJson } from 'cytoscape';
import type { RelationshipState } from '../../src-preload/contract/model.ts';
import { lookOf, toGlyphUrl } from './kinds.ts';

/** The two colour schemes of the window. */
export type Scheme = 'light' | 'dark';

/** How a state looks: colour and line tell it apart, and its label carries a mark. */
export interface StateLook {
  readonly light: string;
  readonly dark: string;
  readonly line: 'solid' | 'dashed' | 'dotted';
}

/** The look of every state. */
export const stateLooks: Readonly<Record<RelationshipState, StateLook>> = {
  synced: { light: '#8893a1', dark: '#78838f', line: 'solid' },
  local: { light: '#7048c6', dark: '#a58bea', line: 'dotted' },
  create: { light: '#1c7d3f', dark: '#51c275', line: 'dashed' },
  update: { light: '#1864ab', dark: '#6cb0f0', line: 'dashed' },
  delete: { light: '#c02b2b', dark: '#f07878', line: 'dashed' },
  conflict: { light: '#b8500b', dark: '#f5994a', line: 'solid' },
  held: { light: '#8a6d00', dark: '#dcb53c', line: 'dashed' },
  parked: { light: '#8f5a57', dark: '#bf8f8b', line: 'solid' },
  blocked: { light: '#8f5a57', dark: '#bf8f8b', line: 'dotted' },
};

const colours = {
  light: { text: '#1f2933', faint: '#5c6773', ground: '#fbfcfd', accent: '#1f4d8c' },
  dark: { text: '#e3e7eb', faint: '#a3adb8', ground: '#171a1e', accent: '#9cc3ff' },
} as const;

/** The stylesheet of the drawing. */
export function toStylesheet(scheme: Scheme): StylesheetJson {
  return [...nodeStyle(scheme), ...edgeStyle(scheme), ...gestureStyle(scheme)];
}

function nodeStyle(scheme: Scheme): StylesheetJson {
  const { text, ground, accent } = colours[scheme];
  return [
    {
      selector: 'node',
      style: {
        width: 32,
        height: 32,
        shape: (node: NodeSingular) => lookOf(node.data('kind')).shape,
        'background-color': (node: NodeSingular) => lookOf(node.data('kind'))[scheme],
        'background-image': (node: NodeSingular) => toGlyphUrl(node.data('kind')),
        'background-width': '17px',
        'background-height': '17px',
        'border-width': 1.5,
        'border-color': ground,
        label: 'data(label)',
        color: text,
        'font-family': 'system-ui, sans-serif',
        'font-size': 11,
        'text-wrap': 'wrap',
        'text-max-width': '112px',
        'text-valign': 'bottom',
        'text-margin-y': 5,
        'line-height': 1.15,
        'text-outline-color': ground,
        'text-outline-width': 2,
        'text-outline-opacity': 0.9,
        'min-zoomed-font-size': 6,
        'overlay-opacity': 0,
      },
    },
    {
      selector: 'node.root',
      style: { width: 40, height: 40, 'background-width': '21px', 'font-weight': 600 },
    },
    { selector: 'node.root', style: { 'background-height': '21px' } },
    { selector: 'node.archived', style: { 'background-opacity': 0.5, 'font-style': 'italic' } },
    {
      selector: 'node.removed',
      style: {
        'background-opacity': 0.25,
        'border-style': 'dashed',
        'border-color': text,
        'text-opacity': 0.7,
      },
    },
    { selector: 'node.pinned', style: { 'border-width': 4, 'border-color': text } },
    { selector: 'node.faded', style: { opacity: 0.22 } },
    { selector: 'node.hidden', style: { display: 'none' } },
    {
      selector: 'node.chosen',
      style: { 'border-width': 3, 'border-color': accent, 'outline-width': 3, 'outline-color': accent },
    },
    { selector: 'node.chosen', style: { 'outline-opacity': 0.35, 'outline-offset': 2, 'z-index': 20 } },
  ];
}

function edgeStyle(scheme: Scheme): StylesheetJson {
  const { ground, accent, faint } = colours[scheme];
  const colour = (edge: EdgeSingular) => lookOfState(edge)[scheme];
  return [
    {
      selector: 'edge',
      style: {
        width: 1.6,
        'curve-style': 'bezier',
        'control-point-step-size': 36,
        'line-color': colour,
        'line-style': (edge: EdgeSingular) => lookOfState(edge).line,
        'line-dash-pattern': [6, 4],
        'target-arrow-shape': 'triangle',
        'target-arrow-color': colour,
        'arrow-scale': 0.95,
        label: 'data(label)',
        // the line of what is synced may step back, its words must be read
        color: (edge: EdgeSingular) => (lookOfState(edge) === stateLooks.synced ? faint : colour(edge)),
        'font-family': 'system-ui, sans-serif',
        'font-size': 10,
        'text-background-color': ground,
        'text-background-opacity': 0.9,
        'text-background-padding': '2px',
        'text-background-shape': 'roundrectangle',
        'min-zoomed-font-size': 7,
        'overlay-opacity': 0,
      },
    },
    { selector: 'edge[state != "synced"]', style: { width: 2.2, 'font-weight': 600 } },
    { selector: 'edge[state = "delete"]', style: { 'line-opacity': 0.85 } },
    {
      selector: 'edge.chosen',
      style: { width: 3.4, 'underlay-color': accent, 'underlay-opacity': 0.3, 'underlay-padding': 4 },
    },
    { selector: 'edge.chosen', style: { 'z-index': 15 } },
    { selector: 'edge.faded', style: { opacity: 0.16 } },
  ];
}

function gestureStyle(scheme: Scheme): StylesheetJson {
  const { accent, ground } = colours[scheme];
  return [
    { selector: 'node.hover--now', style: { 'border-color': accent, 'border-width': 2.5 } },
    { selector: 'edge.hover--now', style: { width: 3 } },
    {
      selector: 'node.first-end, node.target--now',
      style: { 'border-width': 4, 'border-color': accent, 'border-style': 'double' },
    },
    {
      selector: 'node.handle',
      style: {
        width: 15,
        height: 15,
        shape: 'ellipse',
        'background-color': accent,
        'background-image': toPlusUrl(ground),
        'background-width': '9px',
        'background-height': '9px',
        'border-width': 1.5,
        'border-color': ground,
        label: '',
        'z-index': 30,
      },
    },
    { selector: 'node.pointer', style: { width: 1, height: 1, opacity: 0, label: '', events: 'no' } },
    {
      selector: 'edge.band',
      style: {
        width: 2.4,
        'line-color': accent,
        'line-style': 'dashed',
        'target-arrow-color': accent,
        events: 'no',
      },
    },
    { selector: 'edge.band', style: { label: '', 'curve-style': 'straight' } },
  ];
}

function lookOfState(edge: EdgeSingular): StateLook {
  // A rubber band has no state; every other edge is made by toElements.
  const state: RelationshipState = edge.data('state') ?? 'synced';
  return stateLooks[state];
}

function toPlusUrl(colour: string): string {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" ' +
    `stroke="${colour}" stroke-width="4" stroke-linecap="round"><path d="M12 4v16M4 12h16"/></svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
