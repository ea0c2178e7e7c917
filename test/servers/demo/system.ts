import type { Random } from '../shared/random.ts';

/** What a person would type in to connect the system. */
export interface DemoDraft {
  readonly name: string;
  readonly remote: string;
  readonly url: string;
  readonly scope: string;
  readonly options?: Readonly<Record<string, string>>;
}

/** A running system of the demo. */
export interface DemoSystem {
  readonly draft: DemoDraft;
  readonly secret: string;
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  /** Lets a colleague change something; a sentence says what, null that nothing was left. */
  changeAsSomeoneElse(random: Random): string | null;
}
