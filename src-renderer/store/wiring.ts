import type { ChangedPart } from '../../src-preload/contract/events.ts';
import type { Request } from '../api/request.ts';
import { createListPages, type ListPagesOptions } from './list-pages.ts';
import { createReading, type Reading, type ReadingOptions } from './reading.ts';
import type { ListStart, ServerData, ViewData } from './state.ts';

/** The state's two halves and the ways to them that every reading shares. */
export interface Wiring {
  readonly view: () => ViewData;
  readonly server: () => ServerData;
  readonly patch: (change: Partial<ServerData>) => void;
  readonly request: Request;
  /** Tells a read that failed; `what` completes “Could not read …”. */
  readonly fail: (what: string) => (error: unknown) => void;
}

/** A reading, and the parts of the workspace after whose change it is read again. */
export interface Followed {
  readonly parts: readonly ChangedPart[];
  readonly reading: Reading;
}

export function follow<P, T>(parts: readonly ChangedPart[], options: ReadingOptions<P, T>): Followed {
  return { parts, reading: createReading(options) };
}

export function followList<P, T, A extends ListStart<T>>(
  parts: readonly ChangedPart[],
  options: ListPagesOptions<P, T, A>,
): Followed {
  return { parts, reading: createListPages(options) };
}

export function toParams<T, P>(value: T | null, build: (value: T) => P): P | null {
  return value === null ? null : build(value);
}
