import { type AutodeskOptions, ConnectionDraft } from '../../../src-preload/contract/model.ts';
import type { ConnectPrefill } from '../../store/state.ts';

/** The systems that can be connected. */
export type ConnectSystem = ConnectionDraft['remote'];

/** The fields of the dialog, as text. */
export interface ConnectValues {
  readonly remote: ConnectSystem;
  readonly name: string;
  readonly url: string;
  readonly scope: string;
  readonly secret: string;
  /** For Autodesk, as the two after it. */
  readonly region: AutodeskOptions['region'];
  readonly clientId: string;
  readonly callback: string;
}

export type ConnectErrors = Partial<Record<keyof ConnectValues, string>>;

/** What the dialog starts with for a system; everybody has an AlgaPSA at an address of their own. */
const starts: Readonly<Record<ConnectSystem, Pick<ConnectValues, 'name' | 'url'>>> = {
  clickie: { name: 'Clickie', url: 'https://api.clickie.io/v4' },
  algapsa: { name: 'AlgaPSA', url: '' },
  autodesk: { name: 'Autodesk', url: 'https://developer.api.autodesk.com' },
};

const autodeskStart: AutodeskOptions = {
  region: 'US',
  clientId: '',
  callback: 'http://localhost:8080/oauth/callback/',
};

/** What the scope of a connection is called, and how the dialog asks for it. */
export const scopeWords: Readonly<Record<ConnectSystem, { readonly label: string; readonly hint: string }>> =
  {
    clickie: { label: 'Account', hint: 'The number of the account, as Clickie shows it' },
    algapsa: { label: 'Tenant (optional)', hint: 'The id of the tenant; only needed while it has no assets' },
    autodesk: { label: 'Project', hint: 'The project whose assets are shown' },
  };

export function toInitialValues(prefill: ConnectPrefill | null): ConnectValues {
  const first = { ...autodeskStart, remote: 'clickie', ...starts.clickie, scope: '', secret: '' } as const;
  if (prefill === null) return first;
  const { draft, secret } = prefill;
  const { remote, name, url, scope } = draft;
  return {
    ...first,
    remote,
    name,
    url,
    scope,
    secret,
    ...(draft.remote === 'autodesk' ? draft.options : {}),
  };
}

/** The fields for another system: what the person typed stays where it fits. */
export function changeSystem(values: ConnectValues, remote: ConnectSystem): ConnectValues {
  const before = starts[values.remote];
  const keep = (field: 'name' | 'url') =>
    values[field] === before[field] ? starts[remote][field] : values[field];
  return { ...values, remote, name: keep('name'), url: keep('url'), scope: '' };
}

/** What the contract will refuse, said before anything is sent. */
export function checkValues(values: ConnectValues): ConnectErrors {
  const parsed = ConnectionDraft.safeParse(toDraft(values));
  const errors: ConnectErrors = values.secret === '' ? { secret: 'The key is missing.' } : {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = path[0];
    if (field === 'name' || field === 'url' || field === 'scope') errors[field] ??= message;
  }
  if (values.remote === 'clickie' && values.scope.trim() === '') errors.scope = 'The account is missing.';
  return errors;
}

export function toDraft(values: ConnectValues): ConnectionDraft {
  const { remote, region, clientId, callback } = values;
  const [name, url, scope] = [values.name.trim(), values.url.trim(), values.scope.trim()];
  if (remote !== 'autodesk') return { remote, name, url, scope };
  return {
    remote,
    name,
    url,
    scope,
    options: { region, clientId: clientId.trim(), callback: callback.trim() },
  };
}
