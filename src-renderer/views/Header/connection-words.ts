import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { toSecretWord } from '../../../src-preload/contract/secret-words.ts';
import { formatMoment } from '../../ui/format.ts';

/** A connection's state in a few words, with a tone for its dot. */
export interface ConnectionWords {
  readonly tone: 'good' | 'busy' | 'idle' | 'bad' | 'quiet';
  readonly text: string;
}

/** Sooner than this a sign-in that nobody renews is told to end. */
const SIGN_IN_NOTICE_MS = 3 * 24 * 60 * 60 * 1000;

/** When the sign-in of a connection ends unless a sync renews it before; null while there is time. */
export function toSignInWords({ signInExpiresAt }: ConnectionStatus, now: Date = new Date()): string | null {
  if (signInExpiresAt === null) return null;
  const leftMs = Date.parse(signInExpiresAt) - now.getTime();
  if (leftMs > SIGN_IN_NOTICE_MS) return null;
  if (leftMs <= 0) return 'the sign-in has ended: sign in again at the next sync';
  return `the sign-in ends ${formatMoment(signInExpiresAt, now)}: sync before, and it goes on`;
}

/** Says how a connection is. A failed or unfinished sync never reads as “synced”. */
export function toConnectionWords(connection: ConnectionStatus, now: Date = new Date()): ConnectionWords {
  const { state, lastSyncedAt, offlineSince, lastFailure } = connection;
  switch (state) {
    case 'syncing':
      return { tone: 'busy', text: 'syncing' };
    case 'paused':
      return { tone: 'quiet', text: 'paused' };
    case 'offline':
      return {
        tone: 'quiet',
        text: offlineSince === null ? 'offline' : `offline since ${formatMoment(offlineSince, now)}`,
      };
    case 'failing':
      return { tone: 'bad', text: `failing: ${lastFailure?.message ?? 'the last sync did not finish'}` };
    case 'needs-secret':
      return { tone: 'bad', text: toSecretWord(connection) === 'key' ? 'needs its key' : 'needs a sign-in' };
    case 'never-synced':
      return { tone: 'idle', text: 'never synced' };
    case 'ready':
      return lastSyncedAt === null
        ? { tone: 'idle', text: 'never synced' }
        : { tone: 'good', text: `synced ${formatMoment(lastSyncedAt, now)}` };
  }
}
