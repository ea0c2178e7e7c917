import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { formatMoment } from '../../ui/format.ts';

/** A connection's state in a few words, with a tone for its dot. */
export interface ConnectionWords {
  readonly tone: 'good' | 'busy' | 'idle' | 'bad' | 'quiet';
  readonly text: string;
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
      return { tone: 'bad', text: 'needs its key' };
    case 'never-synced':
      return { tone: 'idle', text: 'never synced' };
    case 'ready':
      return lastSyncedAt === null
        ? { tone: 'idle', text: 'never synced' }
        : { tone: 'good', text: `synced ${formatMoment(lastSyncedAt, now)}` };
  }
}
