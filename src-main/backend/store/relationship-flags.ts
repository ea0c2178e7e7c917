import { RelationshipFlag } from '../../../src-preload/contract/model.ts';

const bits: Readonly<Record<RelationshipFlag, number>> = { 'read-only': 1, 'by-service': 2 };

/** Flags as a column keeps them. */
export function toFlagBits(flags: readonly RelationshipFlag[]): number {
  return flags.reduce((sum, flag) => sum | bits[flag], 0);
}

/** What a column of flags says. */
export function toFlags(column: number): RelationshipFlag[] {
  return RelationshipFlag.options.filter((flag) => (column & bits[flag]) !== 0);
}
