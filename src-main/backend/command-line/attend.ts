import type { AnyEvent } from '../../../src-preload/contract/events.ts';
import type { Client } from './client.ts';

/** How long work is looked after while it is waited for. */
export interface Attended {
  /** Done at Ctrl-C; the work then ends by itself. */
  readonly cancel: () => void;
  /** What an event says of the work, for one line of a terminal; null where it says nothing. */
  readonly toLine: (event: AnyEvent) => string | null;
}

/** Waits for long work and shows how far it is on a terminal. Ctrl-C ends the work and leaves every file whole. */
export async function attend<T>(client: Client, work: Promise<T>, { cancel, toLine }: Attended): Promise<T> {
  process.once('SIGINT', cancel);
  let shown = '';
  const show = (line: string) => {
    if (line !== shown) process.stderr.write(`\r\u001B[K${line}`); // over the line before it
    shown = line;
  };
  const stop = client.onEvent((event) => {
    const line = process.stderr.isTTY ? toLine(event) : null;
    if (line !== null) show(line);
  });
  try {
    return await work;
  } finally {
    stop();
    show('');
    process.off('SIGINT', cancel);
  }
}
