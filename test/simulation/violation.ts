import type { NumberedRule } from './rules-watched.ts';

/** The rules a simulation watches over, by their numbers in RULES.md, and what no rule needs to say. */
export type Rule = NumberedRule | 'integrity' | 'defect';

/** A rule that did not hold, with what was seen. */
export class Violation extends Error {
  readonly rule: Rule;

  constructor(rule: Rule, message: string) {
    super(message);
    this.name = 'Violation';
    this.rule = rule;
  }
}
