import type { ListedFault } from './listed-fault.ts';

const opening = 'test/unit/store/open-workspace.test.ts';

/** What can go wrong here: lost answers, sudden ends, the machine, people and accounts. */
export const faultsHere: readonly ListedFault[] = [
  {
    code: 'D1',
    what: 'the program dies after any commit, or between any two answers',
    seen: ['action: crash after a commit', 'action: crash in the middle'],
    note: 'at every single boundary by the crash loop',
    tests: [{ file: 'test/deep/crash-loop.test.ts', name: 'ends as if nothing had happened' }],
  },
  {
    code: 'D2',
    what: 'it dies again while it takes up its work',
    seen: ['crashed while it took up its work'],
  },
  {
    code: 'D3',
    what: 'a second program opens the same workspace',
    seen: [],
    note: 'one client has one workspace here',
    tests: [{ file: opening, name: 'a workspace that another process holds is refused' }],
  },
  {
    code: 'D4',
    what: 'the power goes, and takes back what did not wait for the disk',
    seen: ['a power cut took something back'],
  },
  {
    code: 'D5',
    what: 'created, the answer lost, and then edited here',
    seen: ['edited what was created in doubt'],
  },
  {
    code: 'D6',
    what: 'created, the answer lost, and then changed by others',
    seen: ['others changed what was created in doubt'],
  },
  {
    code: 'D7',
    what: 'removed, the answer lost, and then made anew under the same id',
    seen: ['others made anew what was removed in doubt'],
  },
  {
    code: 'D8',
    what: 'of a batch all was done, and a part is said to have failed',
    seen: ['fault: partial before'],
  },
  {
    code: 'D9',
    what: 'accepted, and refused later',
    seen: [],
    note: 'a remote says what it has, and none that we know only promises',
    tests: [
      {
        file: 'test/remote-contract/clickie-hostile.test.ts',
        name: 'of status 200 to a create that did nothing is no success',
      },
    ],
  },
  {
    code: 'E1',
    what: 'any call of the database fails',
    seen: [],
    note: 'one by one elsewhere',
    tests: [{ file: 'test/deep/database-faults.test.ts', name: 'SQLITE_IOERR_WRITE' }],
  },
  {
    code: 'E2',
    what: 'the disk is full',
    seen: [],
    note: 'there is no disk here',
    tests: [
      {
        file: 'test/unit/store/disk.test.ts',
        name: 'loses nothing that was acknowledged, and work goes on once there is space',
      },
    ],
  },
  {
    code: 'E3',
    what: 'the workspace is a backup of yesterday, or a copy on another machine',
    seen: [],
    note: 'one client keeps its workspace here',
    tests: [
      {
        file: 'test/flow/sync-moved.test.ts',
        name: 'a copy of a workspace pulls and edits, but pushes only once it is adopted',
      },
      { file: 'test/unit/store/care.test.ts', name: 'puts a backup in place, keeps what was there' },
    ],
  },
  {
    code: 'E4',
    what: 'something else has the file locked',
    seen: [],
    note: 'there is no file here',
    tests: [{ file: 'test/deep/database-faults.test.ts', name: 'SQLITE_BUSY' }],
  },
  {
    code: 'E5',
    what: 'the log beside the file is missing or of another state',
    seen: [],
    note: 'there is no file here',
    tests: [{ file: opening, name: 'a workspace whose newer version still lies in the log beside it' }],
  },
  {
    code: 'E6',
    what: 'bits of the file are wrong',
    seen: [],
    note: 'there is no file here',
    tests: [{ file: opening, name: 'overwritten from its second page on' }],
  },
  {
    code: 'E7',
    what: 'a migration is interrupted',
    seen: [],
    note: 'each workspace is of the newest version',
    tests: [
      {
        file: 'test/unit/store/migrate.test.ts',
        name: 'a migration that fails leaves the version before it, whole',
      },
    ],
  },
  { code: 'E8', what: 'the clock jumps by years', seen: ['action: jump of the clock'] },
  { code: 'E9', what: 'the keychain is locked', seen: ['failure: needs-secret'] },
  {
    code: 'E10',
    what: 'ever so much is pending',
    seen: [],
    note: 'a matter of time and memory',
    tests: [{ file: 'test/bench/main.ts', name: '[10_000, 100_000].map((changes)' }],
  },
  { code: 'F1', what: 'the user edits while a sync runs', seen: ['action: edit during a sync'] },
  { code: 'F2', what: 'the user edits just what is on its way', seen: ['edited while it was on its way'] },
  {
    code: 'F3',
    what: 'others relate, unrelate and retype the same',
    seen: ['action: they relate', 'action: they unrelate', 'action: they change a type'],
  },
  {
    code: 'F4',
    what: 'a conflict is decided on what has changed since',
    seen: ['decided on what has changed since'],
  },
  {
    code: 'F5',
    what: 'something large is interrupted half-way',
    seen: [],
    note: 'commands are of one relationship here',
    tests: [
      {
        file: 'test/unit/transfer/import.test.ts',
        name: 'leaves nothing where it is cancelled, and what is edited meanwhile waits and is kept',
      },
    ],
  },
  { code: 'F6', what: 'undo and redo of what a sync has sent since', seen: ['taken back after a sync'] },
  {
    code: 'F7',
    what: 'cancelled, quit or connected elsewhere with changes pending',
    seen: ['action: cancel in the middle', 'action: restart', 'action: connect elsewhere'],
  },
  { code: 'F8', what: 'three clients', seen: ['three clients'] },
  { code: 'G1', what: 'the key is refused in the middle', seen: ['fault: unauthorised before'] },
  {
    code: 'G2',
    what: 'the account may do less by now, also in the middle of a write',
    seen: ['fault: forbidden after', 'ability changed in a run', 'action: what the account can do changes'],
  },
  { code: 'G3', what: 'the key is another one', seen: ['action: connect again'] },
  { code: 'G4', what: 'too many requests, several times over', seen: ['fault: rate-limited before'] },
  { code: 'G5', what: 'what may be asked in a day is used up', seen: ['quota met'] },
  {
    code: 'G6',
    what: 'the account is removed and made anew under its name',
    seen: [],
    note: 'another identity, as C10',
    tests: [
      {
        file: 'test/flow/sync-lies.test.ts',
        name: 'another account never receives the changes that were meant for this one',
      },
    ],
  },
];
