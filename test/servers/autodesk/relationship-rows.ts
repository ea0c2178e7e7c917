import { pickNumber } from '../shared/random.ts';
import type { Call } from './answers.ts';
import type { EntityRef } from './entity-ref.ts';
import type { Relationship } from './site.ts';
import type { AutodeskSwitches } from './switches.ts';

/** What differs from the row of a living relationship. */
export interface RowOptions {
  /** Instead of the truth. */
  readonly isDeleted?: boolean;
}

/** A relationship as the Relationships API writes it. */
export function toRelationshipRow(call: Call, relationship: Relationship, options: RowOptions = {}): object {
  const { switches } = call.world;
  return {
    ...(switches.permissionNull ? { permission: null } : {}),
    id: relationship.id,
    createdOn: toTime(relationship.createdAt, relationship.id, 3, switches),
    isReadOnly: isReadOnly(call, relationship),
    isService: relationship.isService,
    isDeleted: options.isDeleted ?? relationship.deletedAt !== null,
    ...(relationship.deletedAt === null
      ? {}
      : { deletedOn: toTime(relationship.deletedAt, relationship.id, 5, switches) }),
    entities: inOrder(call, relationship).map((end) => ({
      createdOn: toTime(relationship.createdAt, relationship.id, 0, switches),
      ...end,
    })),
    ...(switches.extraFields ? { relationshipVersion: 2, tags: ['new'], metadata: { source: null } } : {}),
  };
}

/** Whether the caller may not delete a relationship. */
export function isReadOnly({ world }: Call, { isReadOnly, ends }: Relationship): boolean {
  const { allReadOnly, deniedEntities } = world.switches;
  return isReadOnly || allReadOnly || ends.some(({ id }) => deniedEntities.includes(id));
}

function inOrder({ world }: Call, relationship: Relationship): readonly EntityRef[] {
  switch (world.switches.entityOrder) {
    case 'as-created':
      return relationship.ends;
    case 'mixed':
      return toHash(relationship.id) % 2 === 0 ? relationship.ends : relationship.ends.toReversed();
    case 'random':
      return pickNumber(world.random, 0, 1) === 0 ? relationship.ends : relationship.ends.toReversed();
  }
}

/** Real times have microseconds and an offset; the clock here has milliseconds, so the id fills in the rest. */
function toTime(time: number, id: string, later: number, { timestamps }: AutodeskSwitches): string {
  const text = new Date(time).toISOString();
  if (timestamps === 'millis') return text;
  const micros = String((toHash(id) % 900) + later).padStart(3, '0');
  return text.replace('Z', `${micros}+00:00`);
}

function toHash(id: string): number {
  let hash = 7;
  for (const letter of id) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash;
}
