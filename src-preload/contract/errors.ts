import { z } from 'zod';

/** An error as it crosses a boundary: a code for programs, a sentence for people, facts to show beside it. */
export const WireError = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type WireError = z.infer<typeof WireError>;

/** What every request answers: errors are values here, exceptions on either side. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: WireError };
