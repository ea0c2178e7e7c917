import type { EntityId, EntitySummary } from '../../../src-preload/contract/model.ts';
import { createReadFromTarget } from '../../../src-preload/contract/type-label.ts';
import { type Client, findEntity } from './client.ts';

/** The side from which relationships are read: of one entity, or of their sources. */
export interface ReadingSide {
  /** Null where they are those of the whole workspace. */
  readonly entityId: EntityId | null;
  /** What stands in JSON besides: how the type reads from the entity; nothing where there is none. */
  toLabel(relationship: Ends): { readonly label?: string | null };
  /** Both ends, the entity first, with the type as it reads from there. */
  toText(relationship: Ends): string;
}

interface Ends {
  readonly source: EntitySummary;
  readonly target: EntitySummary;
  readonly type: string | null;
  /** How the type read from the target at the moment that is looked at; left out where that is now. */
  readonly inverse?: string | null;
}

/** The side of an entity by its address. */
export async function readSide(client: Client, address: string | undefined): Promise<ReadingSide> {
  if (address === undefined) return fromSources;
  const entityId = (await findEntity(client, address)).id;
  const vocabulary = await client.request('types:list', {});
  const readFromTarget = createReadFromTarget(vocabulary.map(({ type }) => type));
  const isSource = ({ source }: Ends) => source.id === entityId;
  const read = (ends: Ends) =>
    isSource(ends) ? ends.type : ends.inverse === undefined ? readFromTarget(ends.type) : ends.inverse;
  return {
    entityId,
    toLabel: (ends) => ({ label: read(ends) }),
    toText: (ends) =>
      isSource(ends)
        ? toText(ends.source, '→', ends.target, read(ends))
        : toText(ends.target, '←', ends.source, read(ends)),
  };
}

/** The side of the whole workspace: every relationship reads from its source. */
export const fromSources: ReadingSide = {
  entityId: null,
  toLabel: () => ({}),
  toText: ({ source, target, type }) => toText(source, '→', target, type),
};

/** Two ends and what is between them. */
function toText(one: EntitySummary, arrow: '→' | '←', other: EntitySummary, label: string | null): string {
  const type = label === null ? '' : ` [${label}]`;
  return `${one.address} ${one.name} ${arrow} ${other.address} ${other.name}${type}`;
}
