import { z } from 'zod';
import { TypeName } from './model.ts';

const Kinds = z.array(z.string().min(1).max(100)).min(1).max(100).nullable();
const Most = z.int().positive().max(1_000_000).nullable();

/**
 * A relationship type of the vocabulary: how it reads from either end, and what may be related by it. The types of
 * remotes are free text; one that is written like a type of the vocabulary, or like its inverse, follows its rules.
 */
export const RelationshipType = z
  .object({
    /** As read from the source: “depends on”. */
    name: TypeName,
    /** As read from the target: “is depended on by”. */
    inverse: TypeName,
    /** True where A–B and B–A say the same; name and inverse are then the same. */
    symmetric: z.boolean(),
    /** The kinds that may be at each end; null where any may. */
    sourceKinds: Kinds,
    targetKinds: Kinds,
    /** The most relationships of this type that one entity may have as source, or as target; null: any number. */
    maxPerSource: Most,
    maxPerTarget: Most,
    /** Whether following the type may never lead back to where it began. */
    acyclic: z.boolean(),
    /** Whether two entities may be related by it more than once, by different connections. */
    duplicates: z.boolean(),
    /** Whether an entity may be related to itself by it. */
    self: z.boolean(),
    /** To which end a failure goes on. */
    impact: z.enum(['to-target', 'to-source', 'both', 'none']),
    /** How many of those an entity relies on by this type must work for it to work; null: all of them. */
    needed: Most,
  })
  .strict()
  .refine(({ symmetric, name, inverse }) => !symmetric || name === inverse, {
    message: 'A symmetric type reads the same from both ends.',
    path: ['inverse'],
  })
  .refine(({ symmetric, acyclic }) => !(symmetric && acyclic), {
    message: 'A symmetric type leads back by itself: it cannot be acyclic.',
    path: ['acyclic'],
  });
export type RelationshipType = z.infer<typeof RelationshipType>;

/** The most types a vocabulary holds. */
export const TYPE_LIMIT = 500;

/** A whole vocabulary, as it is exported and imported. */
export const Vocabulary = z.array(RelationshipType).max(TYPE_LIMIT);

/** A type and where it comes from: shipped with Weft, or made or changed in this workspace. */
export const ListedType = z.object({
  type: RelationshipType,
  origin: z.enum(['shipped', 'workspace']),
  /** How many relationships are shown with this type, under its name or its inverse. */
  uses: z.int(),
});
export type ListedType = z.infer<typeof ListedType>;

/** What a rule says about one pair; `ok` true is a yes, and code and message are null then. */
export const TargetVerdict = z.object({
  id: z.int().positive(),
  ok: z.boolean(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});
export type TargetVerdict = z.infer<typeof TargetVerdict>;
