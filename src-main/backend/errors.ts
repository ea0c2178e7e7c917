import { z } from 'zod';
import type { WireError } from '../../src-preload/contract/errors.ts';
import { RemoteError } from './remote/errors.ts';
import { RuleError } from './rules/errors.ts';
import { StoreError } from './store/errors.ts';

/** Any error as it crosses the contract: a known one by its code, an unknown one logged in full and `internal`. */
export function toWireError(error: unknown, channel: string, log: (line: string) => void): WireError {
  if (error instanceof RuleError) return wire(error.code, error.message);
  if (error instanceof StoreError || error instanceof RemoteError) return wire(error.kind, error.message);
  if (error instanceof z.ZodError) return toParamsError(error, channel);
  const full = isSqliteFull(error);
  log(`${channel}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return full ? wire('disk-full', 'The disk is full. Nothing of this was saved; free some space and try again.') : internal;
}

const internal: WireError = {
  code: 'internal',
  message: 'Something went wrong inside Weft. What you did last may not have been done; everything before it is safe.',
  details: {},
};

function wire(code: string, message: string): WireError {
  return { code, message, details: {} };
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

function isSqliteFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL';
}
