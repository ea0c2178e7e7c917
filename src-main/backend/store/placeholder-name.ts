import { toKindWord } from '../../../src-preload/contract/kind-words.ts';

const SHORT_ID = 8;

/** What an entity is called of which only kind and id are known, such as “Issue 3f2a9c10…”. */
export function toPlaceholderName({ kind, remoteId }: { kind: string; remoteId: string }): string {
  const id = remoteId.slice(remoteId.lastIndexOf(':') + 1);
  return `${toKindWord(kind)} ${id.length > SHORT_ID ? `${id.slice(0, SHORT_ID)}…` : id}`;
}
