import { describe, expect, test } from 'vitest';
import { openTransferWorld } from '../../support/transfer-world.ts';
import { createSmallPlant } from '../../support/workspace.ts';

/** The small plant of the other tests behind the contract. */
async function openPlant() {
  const { workspace } = createSmallPlant();
  workspace.close();
  return await openTransferWorld(workspace.path);
}

type World = Awaited<ReturnType<typeof openPlant>>;

async function readShown({ ask }: World): Promise<string[]> {
  const { rows } = await ask('relationships:page', { entityId: null, offset: 0, limit: 500 });
  return rows
    .map(
      ({ source, target, type, connection, state }) =>
        `${source.name} ${type ?? '-'} ${target.name} ${connection} ${state}`,
    )
    .toSorted();
}

async function verdictsOf(world: World, read: Awaited<ReturnType<World['paste']>>) {
  const { handle, settings } = read;
  return await world.ask('import:preview', { handle, settings, only: 'all', offset: 0, limit: 500 });
}

describe('an import of relationships', () => {
  test('takes what is pasted from a spreadsheet without a header, and guesses its columns', async () => {
    const world = await openPlant();
    const read = await world.paste(
      'Building\tfeeds\tBoiler\nboiler\tfeeds\t12\nplant:asset:12\tfeeds\tother:asset:10\n',
    );
    expect(read.tables[0]?.mapping).toEqual({
      subject: 'relationships',
      header: false,
      roles: ['source', 'type', 'target'],
    });
    const { counts } = await verdictsOf(world, read);
    expect(counts).toEqual({ create: 3, update: 0, unchanged: 0, refused: 0, choice: 0 });
    const committed = await world.ask('import:commit', read);
    expect(committed).toMatchObject({ counts, label: 'Import pasted text: 3 added, 0 changed' });
    expect(await readShown(world)).toEqual([
      'Boiler feeds Pump plant create',
      'Building feeds Boiler plant create',
      'Pump feeds Elsewhere local local',
    ]);
  });
});
