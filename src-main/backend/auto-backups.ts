import type { Clock } from './ports.ts';
import { toHonoured } from './sync/due.ts';
import { nap } from './sync/nap.ts';

/** The rotating backups of the open workspace, as automatic ones meet them. */
export interface AutoBackupPorts {
  readonly clock: Clock;
  /** When the next is due by the settings, in milliseconds; null where none is to be made. */
  dueAt(): number | null;
  /** Stopping aborts it. */
  make(signal: AbortSignal): Promise<void>;
  /** Told of what kept a backup from being made; it is tried again. */
  fail(error: unknown): void;
}

/** Backs up without being asked. */
export interface AutoBackups {
  /** Makes each backup once it is due, until it is aborted. */
  keepOn(signal: AbortSignal): Promise<void>;
  /** Something changed that may make a backup due earlier. */
  wake(): void;
}

/** What failed is not tried again before: a large file on a full disk is not copied over and over. */
const RETRY_MS = 3_600_000;

export function createAutoBackups(ports: AutoBackupPorts): AutoBackups {
  const { clock } = ports;
  let waker = new AbortController();
  const now = () => clock.now().getTime();

  /** Makes what is due, and answers when to look again. */
  const look = async (signal: AbortSignal): Promise<number> => {
    const dueAt = ports.dueAt();
    if (dueAt === null) return Number.POSITIVE_INFINITY;
    if (dueAt > now()) return dueAt;
    await ports.make(signal);
    return Number.POSITIVE_INFINITY; // what is due next is asked after a nap
  };

  return {
    wake: () => waker.abort(),
    keepOn: async (signal) => {
      let retryAt = 0;
      while (!signal.aborted) {
        waker = new AbortController();
        const woken = AbortSignal.any([signal, waker.signal]);
        let nextAt = toHonoured(retryAt, now(), RETRY_MS);
        try {
          if (nextAt <= now()) nextAt = await look(signal);
        } catch (error) {
          if (signal.aborted) return;
          ports.fail(error);
          retryAt = now() + RETRY_MS;
          nextAt = retryAt;
        }
        await nap(clock, nextAt - now(), woken);
      }
    },
  };
}
