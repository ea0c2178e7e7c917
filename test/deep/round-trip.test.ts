import { test } from 'vitest';
import { checkRoundTrips } from '../support/round-trip.ts';

/** Five seeds each, one a format. */
const groups = Array.from({ length: 20 }, (_, group) => group);

test.each(groups)('what is exported comes back the same: group %i of 20', async (group) => {
  await checkRoundTrips(group);
});
