import type { RemoteName } from './model.ts';

/** What the scope of a connection is called in the words of its remote. */
export const scopeWords: Readonly<Record<RemoteName, string>> = {
  algapsa: 'tenant',
  autodesk: 'project',
  clickie: 'account',
  local: 'workspace',
};
