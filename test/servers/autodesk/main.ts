/** An Autodesk server on its own, for trying the product or its command line by hand. */
import { runServer } from '../shared/command-line.ts';
import { CLIENT, seedBuilding, seedLargeBuilding, seedTinyBuilding } from './seed.ts';
import { type AutodeskServer, startAutodeskServer } from './server.ts';
import { mustProject, type Site } from './site.ts';

const largeAssets = 20_000;
const largeRelationships = 50_000;
/** Whoever tries the server by hand cannot log in again every hour. */
const accessTokenSeconds = 24 * 60 * 60;

function toGreeting(server: AutodeskServer, control: boolean): readonly string[] {
  const project = mustProject(server.site);
  const { access_token: accessToken } = server.signIn();
  return [
    `Autodesk ${project.product} for “${project.name}”`,
    `  URL      ${server.url}`,
    `  Client   ${CLIENT.clientId}, called back at ${CLIENT.redirectUris.join(', ')}`,
    `  Project  b.${project.id} in hub b.${project.hub.id} (${project.hub.region})`,
    ...(control ? [`  Control  ${server.url}/__control/state`] : []),
    '',
    `  curl -H 'Authorization: Bearer ${accessToken}' -H 'x-ads-region: ${project.hub.region}' ` +
      `'${server.url}/bim360/relationship/v2/containers/${project.id}/relationships:search?pageLimit=3'`,
  ];
}

await runServer<Site>({
  command: 'npm run server:autodesk',
  scales: {
    tiny: () => seedTinyBuilding(),
    building: (seed) => seedBuilding({ seed }),
    acc: (seed) => seedBuilding({ seed, product: 'ACC' }),
    large: (seed) => seedLargeBuilding({ assets: largeAssets, relationships: largeRelationships, seed }),
  },
  defaultScale: 'building',
  async start(settings) {
    const switches = { login: 'page', callbackPort: 'any', accessTokenSeconds } as const;
    const server = await startAutodeskServer({ ...settings, switches });
    return { greeting: toGreeting(server, settings.control), stop: server.stop };
  },
});
