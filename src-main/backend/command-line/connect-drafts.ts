import { ConnectionDraft } from '../../../src-preload/contract/model.ts';
import type { Answer } from '../../../src-preload/contract/requests.ts';
import { scopeWords } from '../../../src-preload/contract/scope-words.ts';
import { wrongUsage } from './errors.ts';
import { done, type Outcome } from './output.ts';

/** What a connection is made from, and what is said of it, whatever its remote. */

export function parseDraft(given: unknown): ConnectionDraft {
  const draft = ConnectionDraft.safeParse(given);
  if (draft.success) return draft.data;
  throw wrongUsage(draft.error.issues[0]?.message ?? 'The connection cannot be understood.');
}

export function toConnectedOutcome({ connection }: Answer<'connections:add'>): Outcome {
  const { id, name, remote, url, scope, state } = connection;
  const what = scopeWords[remote];
  return done({ id, name, remote, url, [what]: scope, state }, [
    `Connected ${name} (${what} ${scope}) at ${url}.`,
  ]);
}
