import Database from 'better-sqlite3';
import type { CareWork } from '../../../src-preload/contract/events.ts';
import { StoreError } from '../store/errors.ts';
import type { CareFailure } from './tasks.ts';

/** How a work on a workspace file ends badly: what of that leaves its thread, and what a person is told of it. */

const words: Readonly<Record<CareWork, { readonly name: string; readonly kept: string }>> = {
  backup: { name: 'The backup', kept: 'No backup was made, and the workspace was not changed.' },
  check: { name: 'The check', kept: 'The workspace was not changed.' },
  compact: { name: 'The compaction', kept: 'The workspace holds all that it held before.' },
  restore: { name: 'Restoring', kept: 'Nothing was put in place of the workspace.' },
  recover: { name: 'The recovery', kept: 'No new workspace was made, and the damaged file was not changed.' },
};

/** What a person is told who cancelled a work, or closed the workspace meanwhile. */
export function toCancelled(work: CareWork): StoreError {
  return new StoreError('cancelled', `${words[work].name} was cancelled. ${words[work].kept}`);
}

/** What a person is told where the thread of a work ended of itself. */
export function toEnded(work: CareWork, cause?: unknown): StoreError {
  const why = cause instanceof Error ? ` (${cause.message})` : '';
  const { name, kept } = words[work];
  return new StoreError('care-ended', `${name} stopped before its end${why}. ${kept} Try again.`, { cause });
}

/** An error as it can leave the thread. Pure. */
export function toFailure(error: unknown): CareFailure {
  if (error instanceof StoreError) return { of: 'store', code: error.kind, message: error.message };
  if (error instanceof Database.SqliteError) {
    return { of: 'sqlite', code: error.code, message: error.message };
  }
  if (!(error instanceof Error)) return { of: 'other', message: String(error) };
  if ('syscall' in error && 'code' in error) {
    return { of: 'system', code: String(error.code), message: error.message };
  }
  return { of: 'other', message: error.stack ?? error.message };
}

/** The error that came out of the thread; what the disk did is told with what was kept. Pure. */
export function toError(work: CareWork, failure: CareFailure): Error {
  switch (failure.of) {
    case 'store':
      return new StoreError(failure.code, failure.message);
    case 'sqlite':
      return failure.code === 'SQLITE_FULL'
        ? toFull(work)
        : new Database.SqliteError(failure.message, failure.code);
    case 'system':
      return toRefused(work, failure);
    case 'other':
      return new Error(failure.message);
  }
}

const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);
const closed: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

function toRefused(work: CareWork, { code, message }: CareFailure & { readonly of: 'system' }): Error {
  if (full.has(code)) return toFull(work);
  if (!closed.has(code)) return new Error(message);
  const { name, kept } = words[work];
  return new StoreError(
    'workspace-read-only',
    `${name} may not write there (${message}). ${kept} Make the file and its folder writable, or choose another place.`,
  );
}

function toFull(work: CareWork): StoreError {
  const { name, kept } = words[work];
  return new StoreError(
    'disk-full',
    `${name} stopped: the disk is full. ${kept} Free some space and try again.`,
  );
}
