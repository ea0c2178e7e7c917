import { kinds, toRef } from '../autodesk/entity-ref.ts';
import { addRelationship, findRelationship } from '../autodesk/relationships.ts';
import { COLLEAGUE, seedBuilding } from '../autodesk/seed.ts';
import { startAutodeskServer } from '../autodesk/server.ts';
import { farEntitiesOf, mustProject, type Project } from '../autodesk/site.ts';
import { pickOne, pickUuid, type Random } from '../shared/random.ts';
import type { DemoSystem } from './system.ts';

/** Nobody signs in again during a demo, and none lasts longer than a day. */
const accessTokenSeconds = 24 * 60 * 60;
const tries = 200;

/** A building on Autodesk. Its secret is an access token, so that the demo needs no browser to sign in with. */
export async function startBuilding(): Promise<DemoSystem> {
  const server = await startAutodeskServer({ site: seedBuilding(), switches: { accessTokenSeconds } });
  const project = mustProject(server.site);
  const options = {
    region: project.hub.region,
    clientId: '',
    callback: 'http://localhost:8080/oauth/callback/',
  };
  return {
    draft: { name: 'demo-building', remote: 'autodesk', url: server.url, scope: project.id, options },
    secret: server.signIn().access_token,
    goOffline: server.goOffline,
    goOnline: server.goOnline,
    changeAsSomeoneElse: (random) => relateIssue(project, random),
  };
}

/** Lets a colleague relate an asset to an issue; null where nothing is left to relate. */
function relateIssue(project: Project, random: Random): string | null {
  const assets = [...project.assets.values()].filter(({ deletedAt }) => deletedAt === null);
  const issues = farEntitiesOf(project, kinds.issue);
  if (assets.length === 0 || issues.length === 0) return null;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const [asset, issue] = [pickOne(random, assets), pickOne(random, issues)];
    const ends = [toRef('asset', asset.id), issue.ref] as const;
    if (findRelationship(project, ...ends) !== undefined) continue;
    addRelationship(project, ends, { id: pickUuid(random), now: Date.now() });
    return `${COLLEAGUE.name} related “${asset.clientAssetId}” to the issue “${issue.title}”`;
  }
  return null;
}
