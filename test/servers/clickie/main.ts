/** A Clickie server on its own, for trying the product or its command line by hand. */
import { runServer } from '../shared/command-line.ts';
import { DEFAULT_KEY, seedLarge, seedPlant, seedTiny } from './seed.ts';
import { type ClickieServer, startClickieServer } from './server.ts';
import { mustAccount, type Site } from './site.ts';

const largeEntities = 20_000;

function toGreeting(server: ClickieServer, control: boolean): readonly string[] {
  const account = mustAccount(server.site);
  return [
    `Clickie API v4 for “${account.name}”`,
    `  URL      ${server.url}`,
    `  Account  ${account.id}`,
    `  Key      ${DEFAULT_KEY}`,
    ...(control ? [`  Control  http://127.0.0.1:${server.port}/__control/state`] : []),
    '',
    `  curl -H 'Authorization: ${DEFAULT_KEY}' -H 'Account: ${account.id}' '${server.url}/assets?limit=3'`,
  ];
}

await runServer<Site>({
  command: 'npm run server:clickie',
  scales: {
    tiny: () => seedTiny(),
    plant: (seed) => seedPlant({ seed }),
    large: (seed) => seedLarge({ entities: largeEntities, seed }),
  },
  defaultScale: 'plant',
  async start(settings) {
    const server = await startClickieServer(settings);
    return { greeting: toGreeting(server, settings.control), stop: server.stop };
  },
});
