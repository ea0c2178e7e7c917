import type { Failure, WorkspacePlace } from '../../src-preload/contract/model.ts';
import { must } from './must.ts';
import type { Session } from './session.ts';
import { isElsewhere, type Place, readPlace, settleOnce } from './store/place.ts';

/** Where the open workspace is now. */
function readOwnPlace(session: Session): Place {
  return readPlace(must(session.workspace(), 'the open workspace').path, session.ports.machine);
}

/** Whether the open file is the one that last pushed. */
export function readWorkspacePlace(session: Session): WorkspacePlace {
  return isElsewhere(session.db(), readOwnPlace(session)) ? 'moved-or-copied' : 'home';
}

/**
 * Asked before anything is pushed: why it must wait, or null. Where it need not, the file is remembered as the one
 * that pushes.
 */
export function judgePush(session: Session): Failure | null {
  if (readWorkspacePlace(session) === 'moved-or-copied') {
    return {
      code: 'moved-or-copied',
      message:
        'This workspace was moved, copied or restored since it last pushed. Its changes wait, so that they are not ' +
        'sent twice by two files. If this file is the one to go on with, adopt it.',
    };
  }
  settleOnce(session.db(), readOwnPlace(session));
  return null;
}
