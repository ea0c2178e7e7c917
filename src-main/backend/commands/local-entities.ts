import {
  type EntityDetail,
  type EntityId,
  LOCAL_CONNECTION_ID,
} from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import { RuleError } from '../rules/errors.ts';
import { readEntityDetail, readEntityRow } from '../store/entities.ts';
import { openCommand } from '../store/history.ts';
import { doPack, type LocalEntity } from '../store/history-packs.ts';
import { countRelatedTo, findLocalEntity, reserveLocalEntity } from '../store/local-entities.ts';
import { transaction } from '../store/sql.ts';
import type { CommandContext } from './context.ts';

/** Makes an entity that no remote has. */
export function createLocalEntity(context: CommandContext, entity: LocalEntity): EntityDetail {
  const { db, now } = context;
  return transaction(db, () => {
    if (findLocalEntity(db, entity.kind, entity.localId) !== undefined) {
      throw new RuleError(
        'entity-exists',
        `There is a ${entity.kind} ${entity.localId} of your own already.`,
      );
    }
    const historyId = openCommand(db, `Add ${entity.name}`, now);
    const id = reserveLocalEntity(db, entity, now);
    doPack(db, historyId, { what: 'entities', rows: [{ id, before: null, after: entity }] }, now);
    return readEntityDetail(db, id);
  });
}

/** Changes what the user said of an entity of the workspace's own. */
export function editLocalEntity(
  context: CommandContext,
  id: EntityId,
  change: {
    readonly [Part in 'name' | 'archived' | 'fields']?: LocalEntity[Part] | undefined;
  },
): EntityDetail {
  const { db, now } = context;
  return transaction(db, () => {
    const before = readOwn(context, id);
    const { name = before.name, archived = before.archived, fields = before.fields } = change;
    const after = { ...before, name, archived, fields };
    if (JSON.stringify(before) === JSON.stringify(after)) return readEntityDetail(db, id);
    const historyId = openCommand(db, `Change ${before.name}`, now);
    doPack(db, historyId, { what: 'entities', rows: [{ id, before, after }] }, now);
    return readEntityDetail(db, id);
  });
}

/** Removes an entity of the workspace's own. Refused while it is related: a relationship never loses an end. */
export function deleteLocalEntity(context: CommandContext, id: EntityId): void {
  const { db, now } = context;
  transaction(db, () => {
    const before = readOwn(context, id);
    const related = countRelatedTo(db, id);
    if (related > 0) {
      const message = `${before.name} still has ${related} ${related === 1 ? 'relationship' : 'relationships'}. Remove them first; nothing was changed.`;
      throw new RuleError('entity-related', message);
    }
    const historyId = openCommand(db, `Remove ${before.name}`, now);
    doPack(db, historyId, { what: 'entities', rows: [{ id, before, after: null }] }, now);
  });
}

function readOwn({ db }: CommandContext, id: EntityId): LocalEntity {
  const { connectionId, kind, remoteId, name, presence } = readEntityRow(db, id);
  if (connectionId !== LOCAL_CONNECTION_ID) {
    const message = `${name} is a copy of what its remote has. Weft changes only entities of its own.`;
    throw new RuleError('entity-not-local', message);
  }
  if (presence === 'removed') throw new RuleError('entity-removed', `${name} was removed.`);
  return must(findLocalEntity(db, kind, remoteId), 'the entity that was just read').entity;
}
