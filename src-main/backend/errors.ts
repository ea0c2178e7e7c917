import { z } from 'zod';
import type { WireError } from '../../src-preload/contract/errors.ts';
import { QueryError } from './query/errors.ts';
import { RemoteError } from './remote/errors.ts';
import { RuleError } from './rules/errors.ts';
import { isOfDamage, StoreError } from './store/errors.ts';
import { TransferError } from './transfer/errors.ts';
import { QueryCancelled } from './traverse/pace.ts';

/** Any error as it crosses the contract: a known one by its code, an unknown one logged in full and `internal`. */
export function toWireError(error: unknown, channel: string, log: (line: string) => void): WireError {
  if (error instanceof RuleError) return wire(error.code, error.message);
  if (error instanceof StoreError || error instanceof RemoteError) return wire(error.kind, error.message);
  if (error instanceof TransferError) return wire(error.code, error.message);
  if (error instanceof QueryError) return toQueryError(error);
  if (error instanceof QueryCancelled) return wire('cancelled', error.message);
  if (error instanceof z.ZodError) return toParamsError(error, channel);
  const ofDisk = toSqliteError(error);
  log(`${channel}: ${toLogText(error, ofDisk !== null)}`);
  return ofDisk ?? internal;
}

/** A defect with its stack; of what the disk did, which is none, what SQLite says of it. */
function toLogText(error: unknown, isOfDisk: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return isOfDisk ? error.message : (error.stack ?? error.message);
}

/** What the disk did to us is no defect of ours: the person can do something about it. */
function toSqliteError(error: unknown): WireError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'SQLITE_FULL') {
    return wire(
      'disk-full',
      'The disk is full. Nothing of this was saved; everything before it is. Free some space and try again.',
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return wire(
      'workspace-read-only',
      'The workspace file could not be written. Nothing of this was saved; everything before it is. ' +
        'Make the file and its folder writable and try again.',
    );
  }
  if (isOfDamage(error)) {
    return wire(
      'workspace-damaged',
      'The workspace file is damaged. Check it; then restore a backup, or recover what can still be read into a new file.',
    );
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return wire(
      'disk-failed',
      'The disk could not be read or written. Nothing of this was saved. Check the disk, or the network that it is on, and try again.',
    );
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return wire(
      'workspace-busy',
      'Another program keeps the workspace file busy, such as a backup or a virus scanner. Nothing of this was saved; try again.',
    );
  }
  return null;
}

const internal: WireError = {
  code: 'internal',
  message:
    'Something went wrong inside Weft. What you did last may not have been done; everything before it is safe.',
  details: {},
};

function wire(code: string, message: string): WireError {
  return { code, message, details: {} };
}

function toQueryError({ message, position, expected }: QueryError): WireError {
  return { code: 'query-not-read', message, details: { position, expected } };
}

function toParamsError(error: z.ZodError, channel: string): WireError {
  const issue = error.issues[0];
  const field = issue?.path.join('.') ?? '';
  return {
    code: 'wrong-parameters',
    message: issue?.message ?? 'The request cannot be understood.',
    details: { channel, field },
  };
}
