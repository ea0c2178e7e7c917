import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { ConnectionId } from '../../../src-preload/contract/model.ts';
import type { ReadableDb, WritableDb } from '../store/sql.ts';

/** What every command needs: the workspace, the moment, and what each connection can do. */
export interface CommandContext {
  readonly db: WritableDb;
  readonly now: string;
  readonly capabilitiesOf: (connectionId: ConnectionId) => Capabilities;
}

/** What a look at the rules needs: as of a command, and nothing is written. */
export type JudgeContext = Omit<CommandContext, 'db'> & { readonly db: ReadableDb };
