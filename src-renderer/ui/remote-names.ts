import type { RemoteName } from '../../src-preload/contract/model.ts';

/** What a remote is called. */
export const remoteNames = {
  clickie: 'Clickie',
  algapsa: 'AlgaPSA',
  autodesk: 'Autodesk',
  local: 'This workspace',
} as const satisfies Readonly<Record<RemoteName, string>>;
