import type { ConnectionDraft, SignInDraft } from '../../src-preload/contract/model.ts';
import type { Answer } from '../../src-preload/contract/requests.ts';
import { type HeldSecret, holdSecret } from './held-secret.ts';
import type { Ports } from './ports.ts';
import { fetchProjects } from './remote/autodesk/projects.ts';
import { revoke, type SignInUnderWay, startSignIn } from './remote/autodesk/sign-in.ts';
import { createTokens } from './remote/autodesk/tokens.ts';
import { RemoteError } from './remote/errors.ts';
import { StoreError } from './store/errors.ts';

/**
 * Sign-ins with the browser that belong to no connection yet, by a handle that is worth nothing outside this process.
 * The secret stays in here until a connection takes it.
 */
export interface SignIns {
  /** Ends any that still waits: there is one door for the browser. */
  start(draft: SignInDraft, open: boolean): Promise<Answer<'sign-in:start'>>;
  /** Waits for the browser, then reads what can be connected. */
  finish(handle: string): Promise<Answer<'sign-in:finish'>>;
  /** Stops the wait, or signs out where nobody takes the sign-in; what is being taken is left to who takes it. */
  cancel(handle: string): Promise<void>;
  /** The secret for a draft of the same place; throws where it is for another. */
  secretFor(handle: string, draft: ConnectionDraft): HeldSecret;
  /**
   * Gives the secret to a connection, whose it is once `keep` has stored it. Where `keep` throws, it is here for
   * another try, or signed out if it was cancelled meanwhile.
   */
  take<T>(handle: string, draft: ConnectionDraft, keep: (secret: HeldSecret) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Entry {
  readonly draft: SignInDraft;
  readonly underWay: SignInUnderWay;
  readonly stop: AbortController;
  secret: HeldSecret | null;
  /** Whether a connection takes it just now, and whether it was cancelled since. */
  taking: 'no' | 'yes' | 'cancelled';
}

const READ_TIMEOUT_MS = 60_000;
const SIGN_OUT_TIMEOUT_MS = 5_000;

export function createSignIns(ports: Ports): SignIns {
  const entries = new Map<string, Entry>();
  const find = (handle: string) => {
    const entry = entries.get(handle);
    if (entry === undefined || entry.taking !== 'no')
      throw new StoreError('not-found', 'The sign-in is over. Sign in again.');
    return entry;
  };
  const cancel = async (handle: string) => {
    const entry = entries.get(handle);
    if (entry === undefined) return;
    if (entry.taking === 'no') {
      entries.delete(handle);
      await end(ports, entry);
    } else {
      entry.taking = 'cancelled';
    }
  };
  const cancelAll = async (which: (entry: Entry) => boolean) => {
    const handles = [...entries].filter(([, entry]) => which(entry)).map(([handle]) => handle);
    await Promise.all(handles.map(cancel));
  };
  return {
    start: async (draft, open) => {
      await cancelAll(({ secret }) => secret === null);
      const underWay = await startSignIn({ url: draft.url, ...draft.options }, ports);
      const handle = ports.newId();
      entries.set(handle, { draft, underWay, stop: new AbortController(), secret: null, taking: 'no' });
      const { address } = underWay;
      return { handle, address, opened: open && (await isOpened(ports, address)) };
    },
    finish: async (handle) => {
      const entry = find(handle);
      try {
        entry.secret ??= holdSecret(await entry.underWay.finish(entry.stop.signal));
        return await readProjects(ports, entry.draft, entry.secret, entry.stop.signal);
      } catch (error) {
        await cancel(handle);
        throw error;
      }
    },
    cancel,
    secretFor: (handle, draft) => toSecret(find(handle), draft),
    take: async (handle, draft, keep) => {
      const entry = find(handle);
      const secret = toSecret(entry, draft);
      entry.taking = 'yes';
      try {
        const kept = await keep(secret);
        entries.delete(handle);
        return kept;
      } catch (error) {
        const isWanted = entry.taking === 'yes';
        entry.taking = 'no';
        if (!isWanted) await cancel(handle);
        throw error;
      }
    },
    close: () => cancelAll(() => true),
  };
}

/** A browser that cannot be opened is no failure: the person is shown the address. */
async function isOpened(ports: Ports, address: string): Promise<boolean> {
  try {
    await ports.openExternal(address);
    return true;
  } catch (error) {
    ports.log(`The browser was not opened: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

async function readProjects(ports: Ports, draft: SignInDraft, secret: HeldSecret, stopped: AbortSignal) {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(READ_TIMEOUT_MS)]);
  const { url, options } = draft;
  const access = { url, options, secret: secret.current(), saveSecret: secret.save };
  const accessToken = await createTokens(access, ports).accessToken(signal);
  return await fetchProjects({ url, accessToken }, ports, signal);
}

function toSecret({ draft: signedIn, secret }: Entry, draft: ConnectionDraft): HeldSecret {
  assertSamePlace(signedIn, draft);
  if (secret === null) throw new StoreError('not-found', 'The sign-in is not finished.');
  return secret;
}

/** Tokens are shown to nobody but who gave them. */
function assertSamePlace(signedIn: SignInDraft, draft: ConnectionDraft): void {
  const isSame =
    draft.remote === 'autodesk' &&
    draft.url === signedIn.url &&
    draft.options.clientId === signedIn.options.clientId;
  if (!isSame) {
    throw new RemoteError('refused', 'The sign-in is for another address or client id. Sign in again.');
  }
}

async function end(ports: Ports, { draft, underWay, stop, secret }: Entry): Promise<void> {
  stop.abort();
  await underWay.close();
  if (secret === null) return;
  try {
    const { url, options } = draft;
    await revoke({ url, options, secret: secret.current() }, ports, AbortSignal.timeout(SIGN_OUT_TIMEOUT_MS));
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    ports.log('A sign-in that was not used could not be revoked; it ends by itself.');
  }
}
