import type { SecretStorage } from '../../src-preload/contract/model.ts';

/** The part of `fetch` that a remote needs; Node's and Electron's both satisfy it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface StoredSecret extends SecretStorage {
  /** How the workspace refers to the secret; never the secret itself. */
  readonly reference: string;
}

/** Where secrets live. The workspace holds references only. */
export interface Secrets {
  /** Null where the secret is not (or no longer) to be had and must be asked for. */
  read(reference: string): Promise<string | null>;
  /** Resolves only after the secret has been stored. `reference` names the one to replace, if any. */
  write(reference: string | null, secret: string): Promise<StoredSecret>;
  /** Forgets a secret for good; one that is not there is forgotten already. */
  remove(reference: string): Promise<void>;
}

export interface Clock {
  now(): Date;
  /** Rejects when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The world as the backend meets it; tests and the command line bring their own. */
export interface Ports {
  readonly fetch: Fetch;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Opens the page of a sign-in in the system's browser; rejects where that cannot be. */
  openExternal(url: string): Promise<void>;
  /** What the system calls this machine, for life; empty where it does not tell. */
  readonly machine: string;
  /** A new random UUID each time. */
  newId(): string;
  /** Absolute path of another better-sqlite3 binary than the packaged one. */
  readonly sqliteBinding: string | null;
  /** The file that a thread for long work on a workspace file starts from. */
  readonly careWorker: URL;
  /** Writes one line for people who look after the app; never given a secret. */
  log(line: string): void;
}
