import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCommandLine } from '../../support/command-line.ts';
import { type JourneyServer, profileJourneys } from '../../support/profile-journeys.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

/** How each system is connected on the command line. */
function toConnect({ draft }: JourneyServer): string[] {
  const scopes = { clickie: '--account', algapsa: '--tenant', autodesk: '--project' } as const;
  const region = 'options' in draft ? ['--region', draft.options.region] : [];
  const where = ['--name', draft.name, '--url', draft.url, scopes[draft.remote], draft.scope];
  return ['connect', draft.remote, ...where, ...region, '--secret-env', 'WEFT_TEST_KEY'];
}

describe('from the command line, a change made while the server is away', () => {
  test.each(profileJourneys.map((journey) => [`${journey.title}: ${journey.end}`, journey] as const))(
    'ends as that server lets it: %s',
    async (_, journey) => {
      const server = await journey.start();
      onTestFinished(() => server.stop());
      const workspace = join(createTempFolder(), 'journey.weft');
      const weft = (...args: string[]) =>
        runCommandLine([...args, '--workspace', workspace, '--json'], { WEFT_TEST_KEY: server.secret });

      const connected = await weft(...toConnect(server));
      if (journey.end === 'not-connected') {
        expect(connected.code).toBe(1);
        expect(connected.json()).toMatchObject({ error: { message: expect.stringContaining('AlgaPSA') } });
        return;
      }
      expect(connected.code).toBe(0);
      await weft('sync', 'journey');
      await server.goOffline();
      const type = journey.type === null ? [] : ['--type', journey.type];
      const related = await weft('relate', journey.source.address, journey.target.address, ...type);
      expect(related.json()).toMatchObject({ state: 'create', type: journey.type });
      await server.goOnline();
      await weft('sync', 'journey');
      expect(server.has()).toBe(journey.end === 'arrives');
      const waiting = (await weft('outbox')).json();
      if (journey.end === 'arrives') expect(waiting).toEqual([]);
      else expect(waiting).toMatchObject([{ action: 'create', source: journey.source.address }]);
    },
  );
});
