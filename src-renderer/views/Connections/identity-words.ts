import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { toSecretWord } from '../../../src-preload/contract/secret-words.ts';
import { needsKey } from '../../store/selectors.ts';
import { countOf } from '../../ui/format.ts';

/** What it means to change nothing, where someone else was found: by another key or sign-in, or by the stored one. */
export function toKeepWords(
  connection: ConnectionStatus,
  isAnother: boolean,
): { readonly title: string; readonly text: string } {
  const { pendingCount } = connection;
  const pending = pendingCount === 0 ? 'nothing, so far' : countOf(pendingCount, 'change');
  const word = toSecretWord(connection);
  if (isAnother && !needsKey(connection)) {
    return {
      title: `Keep the present ${word}`,
      text: `Nothing changes: what is pending (${pending}) goes with it as before.`,
    };
  }
  const until = word === 'key' ? 'the former key is given' : 'the former person signs in again';
  return {
    title: 'Keep waiting',
    text: `Nothing is sent. What is pending (${pending}) stays in the outbox until ${until}.`,
  };
}
