import { allocateRelationshipId, saveBase } from '../../src-main/backend/store/relationships.ts';
import { addConnection, addEntity, createTempWorkspace, NOW } from './workspace.ts';

/** A workspace with the connection `plant` as a pull leaves it: assets p1 to p4, related in a row. Answers with its path. */
export function fillPlant(): string {
  const { db, path, close } = createTempWorkspace();
  const connectionId = addConnection(db, 'plant');
  const ids = [1, 2, 3, 4].map((number) =>
    addEntity(db, connectionId, `p${number}`, { name: `Pump ${number}` }),
  );
  for (const [index, targetId] of ids.slice(1).entries()) {
    const sourceId = ids[index] ?? targetId;
    const base = { present: true, type: null, remoteId: `edge-${index + 1}`, flags: [] };
    saveBase(db, allocateRelationshipId(db), { connectionId, sourceId, targetId, slot: 0 }, base, NOW);
  }
  close();
  return path;
}
