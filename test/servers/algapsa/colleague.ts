import { pickOne, type Random } from '../shared/random.ts';
import type { Controlled } from './control.ts';
import { type Asset, findLink, type Link, mustTenant, type Tenant } from './site.ts';

/** What somebody else did, in a sentence, and the link it created. */
export interface ColleagueLink {
  readonly text: string;
  readonly link: Link;
}

/** What a technician relates a desk's things to, and how they call it. */
const usual: Readonly<Record<string, string>> = {
  network_device: 'connected to',
  printer: 'prints to',
  server: 'depends on',
};

const tries = 200;

/** Lets a colleague relate a workstation to something of the same client. Returns null where nothing is left. */
export function makeColleagueLink(server: Controlled, who: string, random: Random): ColleagueLink | null {
  const tenant = mustTenant(server.site);
  const all = [...tenant.assets.values()];
  const desks = all.filter(({ assetType }) => assetType === 'workstation');
  const others = all.filter(({ assetType }) => usual[assetType] !== undefined);
  if (desks.length === 0 || others.length === 0) return null;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const [desk, other] = [pickOne(random, desks), pickOne(random, others)];
    if (!fits(tenant, desk, other)) continue;
    const type = usual[other.assetType] ?? 'related';
    const link = server.createRelationship(desk.id, other.id, type);
    if (link !== null) return { text: `${who} related “${desk.name}” to “${other.name}” (${type})`, link };
  }
  return null;
}

function fits(tenant: Tenant, desk: Asset, other: Asset): boolean {
  return desk.clientId === other.clientId && findLink(tenant, desk.id, other.id) === undefined;
}
