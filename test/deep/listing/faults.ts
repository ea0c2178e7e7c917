import type { Fault } from '../../servers/shared/fault-rules.ts';
import type { RemoteName } from './worlds.ts';

/** A fault, and whether it leaves so little that a report must call the picture incomplete. */
export interface ListingFault {
  readonly name: string;
  readonly fault: Fault;
  /** False for what can be read all the same, or is as an answer could truly be. */
  readonly told: boolean;
}

const bad = (name: string, fault: Fault): ListingFault => ({ name, fault, told: true });
const bearable = (name: string, fault: Fault): ListingFault => ({ name, fault, told: false });

const statuses = [400, 401, 403, 404, 405, 407, 408, 409, 410, 413, 429, 451, 500, 502, 503, 504, 507, 520];

/** An answer that says it is packed and is not. */
const badlyPacked: Fault = {
  kind: 'status',
  status: 200,
  body: 'html',
  headers: { 'content-encoding': 'gzip' },
};

export const listingFaults: readonly ListingFault[] = [
  ...statuses.map((status) => bad(`status ${status}`, { kind: 'status', status })),
  ...[404, 500, 502, 504].map((status) =>
    bad(`a gateway's page of status ${status}`, { kind: 'status', status, body: 'html' }),
  ),
  bad('status 503 without a body', { kind: 'status', status: 503, body: 'empty' }),
  bad('status 429 that names an hour', { kind: 'status', status: 429, headers: { 'retry-after': '3600' } }),
  bad('status 429 that names nonsense', { kind: 'status', status: 429, headers: { 'retry-after': 'soon' } }),
  bad('status 200 and a page of a gateway', { kind: 'status', status: 200, body: 'html' }),
  bad('bytes that are not packed as they say', badlyPacked),
  bad('the login page of a hotel', { kind: 'captive-portal' }),
  bad('a redirect elsewhere', { kind: 'redirect', to: 'https://example.com/' }),
  bad('a redirect for ever', { kind: 'redirect', to: '/elsewhere', status: 308 }),
  bad('a cut before any header', { kind: 'drop', at: 'headers' }),
  bad('a cut before the body', { kind: 'drop', at: 0 }),
  bad('a cut inside the body', { kind: 'drop', at: 20 }),
  bad('JSON that ends after a byte', { kind: 'truncated', at: 1 }),
  bad('JSON that ends half-way', { kind: 'truncated' }),
  bad('bytes that are no text', { kind: 'garbage' }),
  bad('nothing', { kind: 'body', text: '' }),
  bad('white space', { kind: 'body', text: ' \n ' }),
  bad('null', { kind: 'body', text: 'null' }),
  bad('a number', { kind: 'body', text: '42' }),
  bad('a text', { kind: 'body', text: '"ok"' }),
  bad('an object with nothing in it', { kind: 'body', text: '{}' }),
  bad('another envelope', { kind: 'body', text: '{"items":[],"count":0}' }),
  bad('an error with status 200', { kind: 'body', text: '{"status":"error","message":"No","data":null}' }),
  bad('NaN', { kind: 'body', text: '{"data":[NaN]}' }),
  bad('a list of nulls', { kind: 'body', text: '{"status":"success","data":[null,null]}' }),
  bad('a list in a list', { kind: 'body', text: '{"status":"success","data":[[[]]]}' }),
  bad('a thousand levels', { kind: 'body', text: `${'['.repeat(1000)}${']'.repeat(1000)}` }),
  bearable('numbers as text', { kind: 'wrong-types', as: 'strings' }),
  bad('nulls for everything', { kind: 'wrong-types', as: 'nulls' }),
  bad('an object where a list belongs', { kind: 'wrong-types', as: 'object' }),
  bearable('rows without a key `id`', { kind: 'missing-key', key: 'id' }),
  bad('ids beyond what a number can carry', { kind: 'huge-ids' }),
  bad('far too many bytes', { kind: 'oversized', bytes: 80 * 1024 * 1024 }),
  bad('an empty list', { kind: 'empty-list' }),
  bad('every second row', { kind: 'omit-rows', every: 2 }),
  bearable('every row but the third', { kind: 'omit-rows', every: 3 }),
  bearable('every row twice', { kind: 'repeat-rows' }),
  bearable('a byte order mark', { kind: 'bom' }),
  bearable('another content type', { kind: 'content-type', type: 'text/html' }),
];

export interface Target {
  readonly name: string;
  readonly path: string;
  /** Whether rows that are left out here are told elsewhere in the same run. */
  readonly toldElsewhere?: boolean;
  /** A fault by its name that finds nothing to change in this answer. */
  readonly bears?: string;
}

/** What is hit: a list of entities, and relationships. */
export const targets: Readonly<Record<RemoteName, readonly Target[]>> = {
  clickie: [
    { name: 'the list of assets', path: '^/assets$' },
    { name: 'the relationships of one asset', path: '^/relationships/assets/10$' },
  ],
  algapsa: [
    { name: 'the list of assets', path: '^/api/v1/assets$', toldElsewhere: true },
    { name: 'the relationships of one asset', path: '000000000001/relationships$', toldElsewhere: true },
  ],
  autodesk: [
    { name: 'the list of assets', path: '/assets/v2/.*/assets$', toldElsewhere: true },
    {
      name: 'the feed of relationships',
      path: 'relationships:sync$',
      toldElsewhere: true,
      bears: 'nulls for everything',
    },
  ],
};
