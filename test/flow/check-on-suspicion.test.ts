import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBackend } from '../../src-main/backend/index.ts';
import { until } from '../support/instant-clock.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { createPlainPorts } from '../support/plain-ports.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { damageTable, writeUnsound } from '../support/unsound-workspace.ts';

async function openIt(path: string, { automatic = true, ports = createPlainPorts() } = {}) {
  const backend = createBackend(ports, { automatic });
  onTestFinished(() => backend.close());
  const readDamage = async () => {
    const result = await backend.request('workspace:status', {});
    if (!result.ok) throw new Error(result.error.message);
    return result.value?.damage ?? [];
  };
  let checks = 0;
  backend.onEvent(({ event, payload }) => {
    if (event === 'store:changed' && payload.parts.join() === 'workspace') checks += 1;
  });
  const opened = await backend.request('workspace:open', { path });
  expect(opened).toMatchObject({ ok: true, value: { damage: [] } });
  return { backend, readDamage, countChecks: () => checks };
}

describe('a large workspace', () => {
  it('that was not closed is checked by itself once it is open, and what was found is told', async () => {
    const { readDamage, countChecks } = await openIt(
      writeUnsound(createTempFolder(), { megabytes: 33, leftOpen: true }),
    );
    await until(() => countChecks() === 1);
    expect(await readDamage()).toMatchObject([{ code: 'reference' }]);
  });

  it.each([
    { what: 'was closed', file: { megabytes: 33, leftOpen: false } },
    {
      what: 'is open where nothing happens by itself',
      file: { megabytes: 33, leftOpen: true },
      automatic: false,
    },
    { what: 'is small enough to be checked while it is opened', file: { megabytes: 1, leftOpen: true } },
  ])('that $what is not', async ({ file, automatic = true }) => {
    const { backend, readDamage, countChecks } = await openIt(writeUnsound(createTempFolder(), file), {
      automatic,
    });
    // its turn comes after any check that was begun before
    expect(await backend.request('workspace:check', {})).toMatchObject({ ok: true, value: { ok: false } });
    expect(countChecks()).toBe(1);
    expect(await readDamage()).toMatchObject([{ code: 'reference' }]);
  });
});

describe('a workspace of which something cannot be read', () => {
  it('is checked once by itself, and keeps what was found as long as it is open', async () => {
    const path = join(createTempFolder(), 'plant.weft');
    writeLargeWorkspace({ path, entities: 4000, relationships: 12_000 });
    const logged: string[] = [];
    const { backend, readDamage, countChecks } = await openIt(path, {
      ports: createPlainPorts({ log: (line) => void logged.push(line) }),
    });
    damageTable(path, 'entity_search_data');
    for (let time = 0; time < 2; time += 1) {
      const refused = { ok: false, error: { code: 'workspace-damaged' } };
      const search = { text: 'pump', offset: 0, limit: 10 };
      expect(await backend.request('query:run', search)).toMatchObject(refused);
    }
    await until(() => countChecks() === 1);
    expect(await readDamage()).toContainEqual(expect.objectContaining({ code: 'file' }));
    await backend.request('workspace:close', {});
    expect(countChecks()).toBe(1);
    expect(logged).toHaveLength(2); // what could not be searched, and nothing of the check
  });
});
