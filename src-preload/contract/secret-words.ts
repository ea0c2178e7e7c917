import type { RemoteName } from './model.ts';

/** What a connection is let in with, as a word: one that a person signs in to as an app has no key. */
export function toSecretWord({ remote, options }: HasSecret): 'key' | 'sign-in' {
  return remote === 'autodesk' && (options['clientId'] ?? '') !== '' ? 'sign-in' : 'key';
}

interface HasSecret {
  readonly remote: RemoteName;
  readonly options: Readonly<Record<string, string>>;
}
