import { ConnectionDraft } from '../../../src-preload/contract/model.ts';
import type { ConnectPrefill } from '../../store/state.ts';

/** The fields of the dialog, as text. */
export interface ConnectValues {
  readonly remote: string;
  readonly name: string;
  readonly url: string;
  readonly scope: string;
  readonly secret: string;
}

export type ConnectErrors = Partial<Record<keyof ConnectValues, string>>;

const CLICKIE_URL = 'https://api.clickie.io/v4';

export function toInitialValues(prefill: ConnectPrefill | null): ConnectValues {
  if (prefill === null)
    return { remote: 'clickie', name: 'Clickie', url: CLICKIE_URL, scope: '', secret: '' };
  const { remote, name, url, scope } = prefill.draft;
  return { remote, name, url, scope, secret: prefill.secret };
}

/** What the contract will refuse, said before anything is sent. */
export function checkValues(values: ConnectValues): ConnectErrors {
  const parsed = ConnectionDraft.safeParse(toDraft(values));
  const errors: ConnectErrors = values.secret === '' ? { secret: 'The key is missing.' } : {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = path[0];
    if (field === 'name' || field === 'url' || field === 'scope') errors[field] ??= message;
  }
  if (values.scope.trim() === '') errors.scope = 'The account is missing.';
  return errors;
}

export function toDraft({ name, url, scope }: ConnectValues): ConnectionDraft {
  return { remote: 'clickie', name: name.trim(), url: url.trim(), scope: scope.trim() };
}
