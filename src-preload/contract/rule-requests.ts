import { z } from 'zod';
import { EntityId, TypeName } from './model.ts';
import { ListedType, RelationshipType, TargetVerdict } from './relationship-types.ts';
import { DRAWN_LIMIT, Nothing, QueryName, request } from './request.ts';

/** What can be asked of the rules and of the vocabulary of relationship types. */
export const ruleRequests = {
  /**
   * What `relationships:relate` would say to each target, for one source and type: asked once a drag. Targets that do
   * not exist are left out.
   */
  'rules:judge-targets': request(
    z.object({
      sourceId: EntityId,
      type: TypeName.nullable(),
      local: z.boolean(),
      targetIds: z.array(EntityId).max(DRAWN_LIMIT),
      name: QueryName,
    }),
    z.array(TargetVerdict),
  ),

  'types:list': request(Nothing, z.array(ListedType)),
  /** Makes a type, or changes the one of that name. Answers with the whole vocabulary, as all of these do. */
  'types:save': request(z.object({ type: RelationshipType }), z.array(ListedType)),
  /** Takes a type out of the vocabulary; relationships keep it as free text. */
  'types:remove': request(z.object({ name: TypeName }), z.array(ListedType)),
  /**
   * Takes over a JSON text as `types:export` writes it, whole or not at all. `replace` also takes out the others; with
   * `dryRun` all is answered or refused as it would be, and nothing is changed.
   */
  'types:import': request(
    z.object({
      text: z.string().max(1_000_000),
      replace: z.boolean(),
      dryRun: z.boolean().default(false),
    }),
    z.array(ListedType),
  ),
  'types:export': request(Nothing, z.object({ text: z.string() })),
} as const;
