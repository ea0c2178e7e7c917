import type { RemoteName } from '../../../src-preload/contract/model.ts';

/** What the scope of a connection is called. */
export const scopeLabels: Readonly<Record<RemoteName, string>> = {
  clickie: 'Account',
  algapsa: 'Tenant',
  autodesk: 'Project',
  local: 'Workspace',
};
