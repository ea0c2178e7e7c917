import type { Fault, FaultRule } from '../../servers/shared/fault-rules.ts';
import { canStrikeBefore } from '../../servers/shared/faults.ts';

/** One of each kind; a kind without one does not compile. */
const examples: { readonly [K in Fault['kind']]: readonly Extract<Fault, { kind: K }>[] } = {
  status: [
    { kind: 'status', status: 400 },
    { kind: 'status', status: 403 },
    { kind: 'status', status: 404 },
    { kind: 'status', status: 409 },
    { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 502, body: 'html' },
    { kind: 'status', status: 503, body: 'empty' },
    { kind: 'status', status: 504, body: 'detail' },
  ],
  drop: [
    { kind: 'drop', at: 'headers' },
    { kind: 'drop', at: 20 },
  ],
  hang: [{ kind: 'hang' }],
  delay: [{ kind: 'delay', ms: 20 }],
  'captive-portal': [{ kind: 'captive-portal' }],
  redirect: [{ kind: 'redirect', to: 'https://example.com/' }],
  body: [{ kind: 'body', text: '{}' }],
  garbage: [{ kind: 'garbage' }],
  truncated: [{ kind: 'truncated' }],
  bom: [{ kind: 'bom' }],
  'content-type': [{ kind: 'content-type', type: 'text/html' }],
  'wrong-types': [
    { kind: 'wrong-types', as: 'strings' },
    { kind: 'wrong-types', as: 'nulls' },
    { kind: 'wrong-types', as: 'object' },
  ],
  'missing-key': [{ kind: 'missing-key', key: 'id' }],
  'huge-ids': [{ kind: 'huge-ids' }],
  oversized: [{ kind: 'oversized', bytes: 9 * 1024 * 1024 }],
  trickle: [{ kind: 'trickle', everyMs: 0 }],
  'repeat-rows': [{ kind: 'repeat-rows' }],
  'empty-list': [{ kind: 'empty-list' }],
  'omit-rows': [{ kind: 'omit-rows', every: 2 }],
  duplicate: [{ kind: 'duplicate' }],
};

const writing = ['POST', 'PUT', 'DELETE'];

interface FaultRow {
  readonly name: string;
  readonly rules: FaultRule[];
}

/** Every kind of fault for the first requests, whatever they are, and for the first writes, before and after they are done. */
export function toFaultRows(): FaultRow[] {
  return Object.values<readonly Fault[]>(examples)
    .flat()
    .flatMap((fault) => {
      const text = JSON.stringify(fault);
      const onWrites = (when: 'before' | 'after'): FaultRow => ({
        name: `${text} for writes, ${when} they are done,`,
        rules: writing.map((method) => ({ on: { method }, times: 2, when, fault })),
      });
      return [
        { name: `${text} for twelve requests`, rules: [{ on: {}, times: 12, fault }] },
        ...(canStrikeBefore(fault) ? [onWrites('before')] : []),
        onWrites('after'),
      ];
    });
}
