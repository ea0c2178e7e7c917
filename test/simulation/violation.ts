/** The rules a simulation watches over, by their numbers in RULES.md, and what no rule needs to say. */
export type Rule =
  | 'I1'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I11'
  | 'I13'
  | 'I14'
  | 'I16'
  | 'I17'
  | 'I18'
  | 'I20'
  | 'I21'
  | 'I25'
  | 'integrity'
  | 'defect';

/** A rule that did not hold, with what was seen. */
export class Violation extends Error {
  readonly rule: Rule;

  constructor(rule: Rule, message: string) {
    super(message);
    this.name = 'Violation';
    this.rule = rule;
  }
}
