import {
  type AutodeskOptions,
  ConnectionDraft,
  type SignInDraft,
} from '../../../src-preload/contract/model.ts';
import type { Credential } from '../../../src-preload/contract/requests.ts';
import type { ConnectPrefill } from '../../store/state.ts';
import { remoteNames } from '../../ui/remote-names.ts';

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
  /** The handle of a finished sign-in; empty where there is none. */
  readonly signIn: string;
}

export type ConnectErrors = Partial<Record<keyof ConnectValues, string>>;

/** What the dialog starts with for a system; everybody has an AlgaPSA at an address of their own. */
const starts: Readonly<Record<ConnectSystem, Pick<ConnectValues, 'name' | 'url'>>> = {
  clickie: { name: remoteNames.clickie, url: 'https://api.clickie.io/v4' },
  algapsa: { name: remoteNames.algapsa, url: '' },
  autodesk: { name: remoteNames.autodesk, url: 'https://developer.api.autodesk.com' },
};

const autodeskStart: AutodeskOptions = {
  region: 'US',
  clientId: '',
  callback: 'http://localhost:8080/oauth/callback/',
};

/** What the scope of a connection is called, and how the dialog asks for it. */
export const scopeFields: Readonly<Record<ConnectSystem, { readonly label: string; readonly hint: string }>> =
  {
    clickie: { label: 'Account', hint: 'The number of the account, as Clickie shows it' },
    algapsa: { label: 'Tenant (optional)', hint: 'The id of the tenant; only needed while it has no assets' },
    autodesk: { label: 'Project', hint: 'The project whose assets are shown' },
  };

export function toInitialValues(prefill: ConnectPrefill | null): ConnectValues {
  const first = {
    ...autodeskStart,
    remote: 'clickie',
    ...starts.clickie,
    scope: '',
    secret: '',
    signIn: '',
  } as const;
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
  return {
    ...values,
    remote,
    name: keep('name'),
    url: keep('url'),
    scope: '',
    secret: remote === 'autodesk' ? '' : values.secret,
    signIn: '',
  };
}

/** Whether the values are for a system that the person signs in to, not one with a key of its own. */
export function signsIn({ remote, secret }: ConnectValues): boolean {
  return remote === 'autodesk' && secret === '';
}

/** What the contract will refuse, said before anything is sent. */
export function checkValues(values: ConnectValues): ConnectErrors {
  const parsed = ConnectionDraft.safeParse(toDraft(values));
  const errors: ConnectErrors =
    values.secret === '' && !signsIn(values) ? { secret: 'The key is missing.' } : {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = checkedFields.find((one) => one === path.at(-1));
    if (field !== undefined) errors[field] ??= message;
  }
  if (values.remote === 'clickie' && values.scope.trim() === '') errors.scope = 'The account is missing.';
  if (values.remote === 'autodesk' && values.scope.trim() === '') errors.scope = 'The project is missing.';
  if (signsIn(values) && values.clientId.trim() === '') errors.clientId = 'The client ID is missing.';
  return errors;
}

const checkedFields = ['name', 'url', 'scope', 'clientId', 'callback'] as const;

/** What is wrong before the browser can be opened: all but the project, which nobody can know yet. */
export function checkSignIn(values: ConnectValues): ConnectErrors {
  const { scope: _, ...errors } = checkValues(values);
  return errors;
}

export function toSignInDraft({ url, region, clientId, callback }: ConnectValues): SignInDraft {
  return {
    remote: 'autodesk',
    url: url.trim(),
    options: { region, clientId: clientId.trim(), callback: callback.trim() },
  };
}

/** What the connection is made with: the key that was typed in, or the finished sign-in. */
export function toCredential({ secret, signIn }: ConnectValues): Credential {
  return signIn === '' ? secret : { signIn };
}

export function toDraft(values: ConnectValues): ConnectionDraft {
  const { remote } = values;
  const [name, url, scope] = [values.name.trim(), values.url.trim(), values.scope.trim()];
  return remote === 'autodesk' ? { ...toSignInDraft(values), name, scope } : { remote, name, url, scope };
}
