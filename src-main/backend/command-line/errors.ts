import type { WireError } from '../../../src-preload/contract/errors.ts';

/** Exit codes of the command line; public interface. 1 beats 3. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, waiting: 3 } as const;

/** Ends a command with an exit code and an error for the person or program that called it. */
export class CommandLineError extends Error {
  readonly exitCode: number;
  readonly error: WireError;

  constructor(exitCode: number, error: WireError) {
    super(error.message);
    this.name = 'CommandLineError';
    this.exitCode = exitCode;
    this.error = error;
  }
}

export function wrongUsage(message: string): CommandLineError {
  return new CommandLineError(exitCodes.wrongUsage, { code: 'wrong-usage', message, details: {} });
}

/** An error as the exit code and the JSON value it becomes. */
export function toErrorOutcome(error: unknown): {
  exitCode: number;
  value: { error: CommandLineError['error'] };
} {
  if (error instanceof CommandLineError) return { exitCode: error.exitCode, value: { error: error.error } };
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: exitCodes.failed, value: { error: { code: 'internal', message, details: {} } } };
}
