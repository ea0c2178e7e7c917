import type { Request } from '../api/request.ts';
import { countOf, formatBytes } from '../ui/format.ts';
import type { Notices } from './notices.ts';
import { type AppStore, patchView } from './store.ts';
import type { WorkspaceActions } from './workspace-actions.ts';

/** Actions that look after the workspace file: backups, checks, space, what is damaged, and where it is. */
export function createCareActions(
  store: AppStore,
  request: Request,
  notices: Notices,
  files: Pick<WorkspaceActions, 'openWorkspace' | 'present'>,
) {
  const care: Care = {
    tell: notices.tell,
    attempt: (what, work) => notices.attempt(what, () => notices.tellIfCancelled(work())),
  };
  return {
    ...careOfOpen(request, care),
    ...careOfDamaged(store, request, care, files),
    cancelCare: () => notices.attempt('cancel it', () => request('workspace:cancel-care', {})),
  };
}

/** Notices, where what was cancelled is told as such and not as a failure. */
interface Care {
  readonly tell: Notices['tell'];
  readonly attempt: <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>;
}

function careOfOpen(request: Request, { attempt, tell }: Care) {
  return {
    backUp: async () => {
      const made = await attempt('back up the workspace', () => request('workspace:backup', { path: null }));
      if (made !== undefined) tell('plain', 'Backed up', `${made.path} (${formatBytes(made.bytes)})`);
    },
    checkWorkspace: async () => {
      const found = await attempt('check the workspace', () => request('workspace:check', {}));
      if (found === undefined) return;
      if (found.ok) tell('plain', 'The workspace is sound', 'The file and everything in it fit together.');
      else tell('bad', 'The workspace is not sound', found.findings.map(({ message }) => message).join(' '));
    },
    compactWorkspace: async () => {
      const sizes = await attempt('compact the workspace', () => request('workspace:compact', {}));
      if (sizes === undefined) return;
      tell('plain', 'Compacted', `${formatBytes(sizes.before)} before, ${formatBytes(sizes.after)} now.`);
    },
    /** Makes this file the one that pushes. */
    adoptWorkspace: () => attempt('adopt the workspace', () => request('workspace:adopt', {})),
  };
}

function careOfDamaged(
  store: AppStore,
  request: Request,
  { attempt, tell }: Care,
  { openWorkspace, present }: Pick<WorkspaceActions, 'openWorkspace' | 'present'>,
) {
  const choose = (purpose: 'open' | 'create') =>
    attempt('show the file dialog', () => request('app:choose-file', { purpose }));
  const leaveDamaged = () => patchView(store, { damaged: null });
  return {
    leaveDamaged,
    /** Asks what is to become of a damaged file. */
    showDamaged: (path: string, reason: string) => patchView(store, { damaged: { path, reason } }),
    /** Lets the person choose a backup and puts it in the place of the workspace, which is kept. */
    restoreWorkspace: async (path: string) => {
      const chosen = await choose('open');
      if (!chosen) return;
      const from = chosen.path;
      const done = await attempt('restore the backup', () => request('workspace:restore', { path, from }));
      if (done === undefined) return;
      present(done.status, { damaged: null });
      const kept = done.keptAt === null ? '' : ` What was there is kept as ${done.keptAt}.`;
      tell('plain', 'Restored', `${path} is the backup now.${kept}`);
    },
    /** Copies what can be read of a damaged workspace into a new file and opens that. */
    recoverWorkspace: async (path: string) => {
      const chosen = await choose('create');
      if (!chosen) return;
      const into = chosen.path;
      const done = await attempt('recover the workspace', () => request('workspace:recover', { path, into }));
      if (done === undefined) return;
      leaveDamaged();
      const rows = done.tables.reduce((sum, table) => sum + table.rows, 0);
      const lost = done.tables.filter(({ unreadable }) => unreadable.length > 0).map(({ table }) => table);
      const tail =
        lost.length === 0 ? 'Nothing was unreadable.' : `Not all could be read of: ${lost.join(', ')}.`;
      const title = lost.length === 0 ? 'Recovered' : 'Recovered in part';
      tell(lost.length === 0 ? 'plain' : 'bad', title, `${countOf(rows, 'row')} in ${into}. ${tail}`);
      await openWorkspace(into);
    },
  };
}
