/** An AlgaPSA server on its own, for trying the product or its command line by hand. */
import { runServer } from '../shared/command-line.ts';
import { DEFAULT_KEY, seedFleet, seedLargeFleet, seedTinyFleet } from './seed.ts';
import { type AlgapsaServer, startAlgapsaServer } from './server.ts';
import { mustTenant, type Site } from './site.ts';

const large = { assets: 20_000, relationships: 50_000 };

function toGreeting(server: AlgapsaServer, control: boolean): readonly string[] {
  const tenant = mustTenant(server.site);
  return [
    `AlgaPSA for “${tenant.name}”, as intended: relationships can be created and deleted`,
    `  URL      ${server.url}`,
    `  Tenant   ${tenant.id}`,
    `  Key      ${DEFAULT_KEY}`,
    ...(control ? [`  Control  ${server.url}/__control/state`] : []),
    '',
    `  curl -H 'x-api-key: ${DEFAULT_KEY}' '${server.url}/api/v1/assets?limit=3'`,
  ];
}

await runServer<Site>({
  command: 'npm run server:algapsa',
  scales: {
    tiny: () => seedTinyFleet(),
    fleet: (seed) => seedFleet({ seed }),
    large: (seed) => seedLargeFleet({ ...large, seed }),
  },
  defaultScale: 'fleet',
  async start(settings) {
    const server = await startAlgapsaServer({ ...settings, switches: { profile: 'intended' } });
    return { greeting: toGreeting(server, settings.control), stop: server.stop };
  },
});
