import { type Answer, htmlAnswer } from './answer.ts';
import type { Fault } from './fault-rules.ts';

/** All but every n-th item; all when n is 0. */
export function dropEvery<T>(items: readonly T[], n: number): readonly T[] {
  return n === 0 ? items : items.filter((_, index) => (index + 1) % n !== 0);
}

/** The faults that leave an answer an answer. */
export type Altering = Exclude<
  Fault,
  { kind: 'hang' | 'drop' | 'delay' | 'oversized' | 'trickle' | 'garbage' | 'status' }
>;

/** The answer as the fault leaves it. `rowKeys` says where its rows are. */
export function alterAnswer(fault: Altering, answer: Answer, rowKeys: readonly string[]): Answer {
  const alterRows = (alter: (rows: unknown) => unknown) => alterData(answer, rowKeys, alter);
  switch (fault.kind) {
    case 'captive-portal':
      return { ...htmlAnswer(200, 'Welcome to Hotel Wi-Fi: please log in'), headers: {} };
    case 'redirect':
      return { ...htmlAnswer(fault.status ?? 302, 'Moved'), headers: { location: fault.to } };
    case 'body':
      return { ...answer, body: fault.text };
    case 'truncated':
      return { ...answer, body: answer.body.slice(0, fault.at ?? Math.floor(answer.body.length / 2)) };
    case 'bom':
      return { ...answer, body: `\uFEFF${answer.body}` };
    case 'content-type':
      return { ...answer, contentType: fault.type };
    case 'huge-ids':
      return { ...answer, body: answer.body.replaceAll(/("id_\w+":)(\d+)/g, '$19007199254740993$2') };
    case 'wrong-types':
      return alterRows((data) => retype(data, fault.as));
    case 'missing-key':
      return alterRows((data) =>
        Array.isArray(data) ? data.map((row) => without(row, fault.key)) : without(data, fault.key),
      );
    case 'repeat-rows':
      return alterRows((data) => (Array.isArray(data) ? data.flatMap((row) => [row, row]) : data));
    case 'empty-list':
      return alterRows((data) => (Array.isArray(data) ? [] : data));
    case 'omit-rows':
      return alterRows((data) => (Array.isArray(data) ? dropEvery(data, fault.every) : data));
    case 'duplicate':
      return answer;
  }
}

/** Alters the rows of an envelope, or the whole body where there is none. */
function alterData(answer: Answer, rowKeys: readonly string[], alter: (rows: unknown) => unknown): Answer {
  if (!answer.contentType.startsWith('application/json')) return answer;
  const body: unknown = JSON.parse(answer.body);
  const key = isRecord(body) ? rowKeys.find((one) => one in body) : undefined;
  const altered = isRecord(body) && key !== undefined ? { ...body, [key]: alter(body[key]) } : alter(body);
  return { ...answer, body: JSON.stringify(altered) };
}

function retype(value: unknown, as: 'strings' | 'nulls' | 'object'): unknown {
  if (as === 'object') return Array.isArray(value) ? Object.fromEntries(value.entries()) : [value];
  if (Array.isArray(value)) return value.map((item) => retype(item, as));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, retype(one, as)]));
  if (as === 'nulls') return null;
  return typeof value === 'number' ? String(value) : value;
}

function without(row: unknown, key: string): unknown {
  if (!isRecord(row)) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== key));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
