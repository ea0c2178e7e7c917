import type { CareWork } from '../../src-preload/contract/events.ts';
import type { BackupFile, WorkspaceFinding, WorkspaceStatus } from '../../src-preload/contract/model.ts';
import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import { createAutoBackups } from './auto-backups.ts';
import { toCancelled } from './care/failures.ts';
import { type CareTask, type CareWorks, type TellCare, toCompactCopy } from './care/tasks.ts';
import { startCareThread } from './care/thread.ts';
import { createGate } from './gate.ts';
import { must } from './must.ts';
import type { Session } from './session.ts';
import { readWorkspaceStatus } from './status.ts';
import { listBackups, rotateBackups, toBackupFolder, toBackupPath, toNextBackup } from './store/backup.ts';
import type { Workspace } from './store/database.ts';
import { StoreError } from './store/errors.ts';
import { acquireLock } from './store/lock.ts';
import { readPlace, settleAt } from './store/place.ts';
import { removeFile, replaceWorkspace, toIncoming } from './store/restore.ts';
import { readSetting, type Setting, saveSetting } from './store/settings.ts';

/** The care of the workspace file: backups, checks, restoring, recovery, compaction, and whether it is at home. */
export interface Care {
  /** Copies the open workspace; to its rotating backups where no path is given. */
  backUp(path: string | null): Promise<BackupFile>;
  /**
   * From now on makes a rotating backup whenever one is due, until the workspace is closed; nothing where nothing happens
   * by itself. `createdAt` where the workspace was made just now.
   */
  keepBackedUp(createdAt: string | null): void;
  /** How often backups are made, and how many are kept, from now on. */
  setBackups(settings: Setting<'backups'>): void;
  check(): Promise<Answer<'workspace:check'>>;
  /** Checks the open workspace because it was not closed by whoever had it last, where nobody checked it meanwhile. */
  checkIfSuspect(): void;
  /**
   * Checks the open workspace because something of it could not be read: once as long as it is open, and not where
   * nothing happens by itself.
   */
  checkOnSuspicion(): void;
  compact(): Promise<Answer<'workspace:compact'>>;
  /**
   * Puts a backup in the place of a workspace and opens it. The backup is looked into first, the file that it replaces
   * is kept, and the next push waits until the user adopts the file.
   */
  restore(files: ParsedParams<'workspace:restore'>): Promise<Answer<'workspace:restore'>>;
  /** Copies what can be read of a damaged workspace into a new file; neither is opened for work. */
  recover(files: ParsedParams<'workspace:recover'>): Promise<Answer<'workspace:recover'>>;
  /** Ends what somebody asked for and what waits for it. */
  cancel(): void;
}

const defaultBackups: Setting<'backups'> = { keep: 5, everyHours: 24 };

function readBackupSettings(session: Session): Setting<'backups'> {
  return readSetting(session.db(), 'backups') ?? defaultBackups;
}

function readPath(session: Session): string {
  session.db();
  return must(session.workspace(), 'the open workspace').path;
}

/** One work at a time, each in a thread of its own; closing the workspace ends it. */
export function createCare(session: Session): Care {
  const { sqliteBinding: nativeBinding, clock, log } = session.ports;
  const perform = createPerform(session);
  let asked = new AbortController();
  const ask = async <W extends CareWork>(task: CareTask<W> & CareTask): Promise<CareWorks[W]['answer']> => {
    const progress = createProgress(session, task.work);
    try {
      return await perform(task, { signal: asked.signal, tell: progress.tell });
    } finally {
      progress.end();
    }
  };
  const makeBackup = async (path: string | null, run: (task: CareTask<'backup'>) => Promise<BackupFile>) => {
    const own = readPath(session);
    const target = path ?? toBackupPath(own, clock.now().toISOString());
    const { keep } = readBackupSettings(session);
    const made = await run({ work: 'backup', given: { path: own, target }, nativeBinding });
    if (path === null) rotateBackups(own, Math.max(1, keep));
    return made;
  };
  let isKept = false;
  let createdAt: string | null = null;
  const autoBackups = createAutoBackups({
    clock,
    dueAt: () => {
      const { keep, everyHours } = readBackupSettings(session);
      const [newest] = listBackups(readPath(session));
      return keep === 0 ? null : toNextBackup(newest, everyHours, createdAt);
    },
    make: async (signal) => {
      await makeBackup(null, (task) => perform(task, { signal, tell: () => undefined }));
    },
    fail: (error) => log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  const keepBackedUp: Care['keepBackedUp'] = (moment) => {
    if (isKept || !session.options.automatic) return;
    isKept = true;
    createdAt = moment;
    session.runBesides((signal) =>
      autoBackups.keepOn(signal).finally(() => {
        isKept = false;
      }),
    );
  };
  const checks = createChecks(session, perform);
  return {
    backUp: (path) => makeBackup(path, ask),
    keepBackedUp,
    setBackups: (settings) => {
      saveSetting(session.db(), 'backups', settings);
      autoBackups.wake();
    },
    check: async () => {
      const findings = await ask(checks.toTask());
      checks.noteFound(findings);
      return { ok: findings.length === 0, findings };
    },
    checkIfSuspect: () => {
      if (session.workspace()?.isSuspect === true) checks.checkOnSuspicion();
    },
    checkOnSuspicion: checks.checkOnSuspicion,
    compact: async () => {
      const path = readPath(session);
      return await ask({ work: 'compact', given: { path, copy: toCompactCopy(path) }, nativeBinding });
    },
    restore: async ({ path, from }) => {
      if (path === from) throw new StoreError('workspace-exists', `${path} cannot be restored from itself.`);
      const incoming = toIncoming(path);
      await ask({ work: 'restore', given: { from, incoming }, nativeBinding });
      if (session.workspace()?.path === path) await session.close();
      const keptAt = replace(session, path, incoming);
      await session.open(path);
      keepBackedUp(null);
      return { status: await readWorkspaceStatus(session), keptAt };
    },
    recover: async ({ path, into }) => {
      return { path: into, tables: await ask({ work: 'recover', given: { path, into }, nativeBinding }) };
    },
    cancel: () => {
      asked.abort();
      asked = new AbortController();
    },
  };
}

/** Checks that nobody asked for, and what any check found. */
function createChecks(session: Session, perform: Perform) {
  const toTask = (): CareTask<'check'> => {
    return { work: 'check', given: { path: readPath(session) }, nativeBinding: session.ports.sqliteBinding };
  };
  const noteFound = (findings: readonly WorkspaceFinding[]) => {
    session.damage.splice(0, session.damage.length, ...findings);
    session.changed('workspace');
  };
  let suspected: Workspace | null = null;
  return {
    toTask,
    noteFound,
    checkOnSuspicion: () => {
      const workspace = session.workspace();
      if (workspace === null || workspace === suspected || !session.options.automatic) return;
      suspected = workspace;
      session.runBesides(async (signal) => {
        noteFound(await perform(toTask(), { signal, tell: () => undefined }));
      });
    },
  };
}

type Perform = ReturnType<typeof createPerform>;

interface Course {
  readonly signal: AbortSignal;
  readonly tell: TellCare;
}

/** Runs works one after the other. Compaction also waits until nobody else writes, and who writes later waits for it. */
function createPerform(session: Session) {
  const turns = createGate();
  return async <W extends CareWork>(
    task: CareTask<W> & CareTask,
    { signal: cancelled, tell }: Course,
  ): Promise<CareWorks[W]['answer']> => {
    const { promise, resolve, reject } = Promise.withResolvers<CareWorks[W]['answer']>();
    session.runBesides(async (closing) => {
      const signal = AbortSignal.any([cancelled, closing]);
      const work = async () => {
        tell(0, 1); // its turn has come
        const thread = startCareThread(session.ports.careWorker, task, { signal, tell });
        await thread.answer.then(resolve, reject);
        // once cancelled nothing more is begun, but SQLite may still be ending a statement, which others must not meet
        await thread.ended;
      };
      try {
        await turns.alone(
          () => (task.work === 'compact' ? session.writes.alone(work, signal) : work()),
          signal,
        );
      } catch (error) {
        reject(signal.aborted ? toCancelled(task.work) : error);
      }
    });
    return await promise;
  };
}

/** Reports how far a work is that somebody asked for. */
function createProgress({ emit }: Session, work: CareWork) {
  emit('care:progressed', { work, phase: 'waiting', done: 0, total: 1 });
  return {
    tell: (done: number, total: number) =>
      emit('care:progressed', { work, phase: 'working', done: Math.min(done, total - 1), total }),
    end: () => emit('care:progressed', { work, phase: 'working', done: 1, total: 1 }),
  };
}

function replace({ ports }: Session, path: string, incoming: string): string | null {
  const lock = acquireLock(path, ports.sqliteBinding);
  try {
    return replaceWorkspace(path, incoming, ports.clock.now().toISOString());
  } finally {
    lock.release();
    removeFile(incoming);
  }
}

export function describeBackups(session: Session) {
  const path = readPath(session);
  return { folder: toBackupFolder(path), ...readBackupSettings(session), files: listBackups(path) };
}

/** Makes this file the one that pushes. */
export async function adopt(session: Session): Promise<WorkspaceStatus> {
  settleAt(session.db(), readPlace(readPath(session), session.ports.machine));
  session.changed('workspace');
  return await readWorkspaceStatus(session);
}
