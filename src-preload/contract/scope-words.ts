import type { RemoteName } from './model.ts';

/** What the scope of a connection is called in the words of its remote. */
export const scopeWords: Readonly<Record<RemoteName, string>> = {
  algapsa: 'tenant',
  autodesk: 'project',
  clickie: 'account',
  local: 'workspace',
};

/** The same as the name of a field, such as “Account”. */
export function toScopeLabel(remote: RemoteName): string {
  const word = scopeWords[remote];
  return word.charAt(0).toUpperCase() + word.slice(1);
}
