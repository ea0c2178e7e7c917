/** The systems of the demo: each a server of its own with a believable site. */

import { makeColleagueLink } from '../algapsa/colleague.ts';
import { DEFAULT_KEY as FLEET_KEY, seedFleet } from '../algapsa/seed.ts';
import { startAlgapsaServer } from '../algapsa/server.ts';
import { mustTenant } from '../algapsa/site.ts';
import { makeColleagueChange } from '../clickie/colleague.ts';
import { DEFAULT_KEY as PLANT_KEY, seedPlant } from '../clickie/seed.ts';
import { startClickieServer } from '../clickie/server.ts';
import { mustAccount } from '../clickie/site.ts';
import { startBuilding } from './building.ts';
import type { DemoSystem } from './system.ts';

/** A bottling plant on Clickie. */
async function startPlant(): Promise<DemoSystem> {
  const server = await startClickieServer({ site: seedPlant() });
  const account = mustAccount(server.site);
  return {
    draft: { name: 'demo-plant', remote: 'clickie', url: server.url, scope: String(account.id) },
    secret: PLANT_KEY,
    goOffline: server.goOffline,
    goOnline: server.goOnline,
    changeAsSomeoneElse: (random) => makeColleagueChange(account, random)?.text ?? null,
  };
}

/** The fleet of a managed service provider on AlgaPSA, as intended: relationships can be created and deleted. */
async function startFleet(): Promise<DemoSystem> {
  const server = await startAlgapsaServer({ site: seedFleet(), switches: { profile: 'intended' } });
  const colleague = server.site.keys.find(({ key, active }) => active && key !== FLEET_KEY)?.owner;
  return {
    draft: { name: 'demo-fleet', remote: 'algapsa', url: server.url, scope: mustTenant(server.site).id },
    secret: FLEET_KEY,
    goOffline: server.goOffline,
    goOnline: server.goOnline,
    changeAsSomeoneElse: (random) =>
      makeColleagueLink(server, colleague ?? 'A colleague', random)?.text ?? null,
  };
}

/** What the demo offers, in the order in which it is connected. */
export const demoSystems: readonly (() => Promise<DemoSystem>)[] = [startPlant, startFleet, startBuilding];
