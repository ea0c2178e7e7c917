import { RuleError } from '../../src-main/backend/rules/errors.ts';

/** The code of the rule that refuses, or yes. */
export function verdictOf(body: () => unknown): string {
  try {
    body();
    return 'yes';
  } catch (error) {
    if (error instanceof RuleError) return error.code;
    throw error;
  }
}
