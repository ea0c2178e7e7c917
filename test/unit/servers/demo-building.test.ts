import { expect, onTestFinished, test } from 'vitest';
import { startBuilding } from '../../servers/demo/building.ts';
import { createRandom } from '../../servers/shared/random.ts';

test('the building of the demo serves its project to its token, and a colleague relates an asset', async () => {
  const building = await startBuilding();
  onTestFinished(() => building.goOffline());
  const { draft, secret } = building;
  const url = `${draft.url}/bim360/relationship/v2/containers/${draft.scope}/relationships:search?pageLimit=1`;
  const headers = { authorization: `Bearer ${secret}`, 'x-ads-region': draft.options?.['region'] ?? '' };
  expect((await fetch(url, { headers })).status).toBe(200);
  expect((await fetch(url, { headers: { ...headers, authorization: 'Bearer another' } })).status).toBe(401);
  expect(building.changeAsSomeoneElse(createRandom(1))).toMatch(
    /^Tom Adeyemi related “.+” to the issue “.+”$/,
  );
});
