import { expect, it } from 'vitest';
import { must } from '../../../src-main/backend/must.ts';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { createAppStore } from '../../../src-renderer/store/store.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';
import { entityId } from './neighbourhoods.ts';

function asking() {
  const fake = createFakeBridge();
  const store = createAppStore();
  const left = new AbortController();
  const answer = createActions(store, fake.bridge).explain(entityId(1), entityId(2), left.signal);
  return { ...fake, answer, left, notices: () => store.getState().view.notices };
}

it('paths are asked for by name over all relationships, with bounds', async () => {
  const { waiting, answer } = asking();
  const [question] = waiting('query:explain');
  expect(question?.params).toMatchObject({ sourceId: 1, targetId: 2, k: 3, maxHops: 20, reachLimit: 100 });
  const found = { paths: [], entities: [], proof: null };
  question?.answer({ ok: true, value: found });
  expect(await answer).toEqual(found);
});

it('a question for paths that nobody waits for is ended by its name, and told as nothing', async () => {
  const { waiting, answer, left, notices } = asking();
  left.abort();
  const [question] = waiting('query:explain');
  const { name } = must(question, 'the question').params as { name: string }; // as it was asked
  expect(waiting('query:cancel').map(({ params }) => params)).toEqual([{ name }]);
  question?.answer({ ok: false, error: { code: 'cancelled', message: 'It was cancelled.', details: {} } });
  expect(await answer).toBeUndefined();
  await settle();
  expect(notices()).toEqual([]);
});
