/** The rules of RULES.md by their numbers. */
export type NumberedRule = `I${
  | 1
  | 2
  | 3
  | 4
  | 5
  | 6
  | 7
  | 8
  | 9
  | 10
  | 11
  | 12
  | 13
  | 14
  | 15
  | 16
  | 17
  | 18
  | 19
  | 20
  | 21
  | 22
  | 23
  | 24
  | 25}`;

/** A test that does what the simulation cannot, by its file and a part of its name. */
export interface OtherTest {
  readonly file: string;
  readonly name: string;
}

/** How the simulation looks after a rule, or why nothing of it can be seen there and which tests see it. */
export type Watch =
  | { readonly how: string }
  | { readonly unseen: string; readonly tests: readonly OtherTest[] };

/** Each rule with what is looked at. What is counted is one thing that was looked at: a pair, a row, a request. */
export const rulesWatched: Readonly<Record<NumberedRule, Watch>> = {
  I1: { how: 'each wish: pending as the user left it, done, or given up; each write: wished' },
  I2: {
    how: 'each list or page noted as read, also by a life that was cut off: all it told stands in base, beside it, or is pending; no row left of half a change',
  },
  I3: { how: 'each relationship that base took on: the remote had it so in this run, and a sync ran' },
  I4: { how: 'each pair once faults have ended: the same on both sides, or the user is told why not' },
  I5: { how: 'each course of syncs ends in so many turns; each write: not sent again and again in one run' },
  I6: { how: 'each end: a further round of syncs sends no write and changes no row' },
  I7: { how: 'each write on a pair whose last attempt has no answer: what became of that was asked first' },
  I8: { how: 'each relationship or entity that was removed here: the remote had lost it' },
  I9: { how: 'each relationship that was removed here and not released: not beyond the bound' },
  I10: {
    how: 'each wish for a relationship that the remote lost: still pending, and a conflict has both sides',
  },
  I11: { how: 'each conflict: its sides differ' },
  I12: { unseen: 'does not apply: Weft edits no entity there', tests: [] },
  I13: { how: 'each relationship: the number it always had, also as a pending change' },
  I14: { how: 'each delete that begins a change of type: a create was seen to work before' },
  I15: {
    how: 'each write: none about the same pair is on its way; each pending change: the only one of its pair',
  },
  I16: { how: 'each write: to the account it was meant for, and not before all was read at a new address' },
  I17: { how: 'each write of a sync by itself: due; each new fact: nothing waits in spite of it' },
  I18: {
    how: 'each sync: no other of its connection runs (the rate is kept by a layer below: pace.test.ts)',
  },
  I19: { how: 'each entity that is written with fields: just as the remote told them' },
  I20: { how: 'every 50th seed again with clocks years off: the same course' },
  I21: { how: 'every 50th seed again: the same course' },
  I22: {
    how: 'each undo and redo: cancels what never left, else a pending change, and one more entry of history',
  },
  I23: {
    unseen: 'a secret never reaches what is simulated here: it is a port of the session',
    tests: [
      { file: 'test/flow/secrets.test.ts', name: 'is in no file, answer, event, log or export' },
      { file: 'test/unit/remote/conceal.test.ts', name: 'a secret is taken out wherever it stands' },
    ],
  },
  I24: {
    unseen: 'every simulated workspace is of the newest version',
    tests: [
      { file: 'test/unit/store/migrate.test.ts', name: 'leaves a connection unproved and an intent whole' },
      { file: 'test/unit/store/open-workspace.test.ts', name: 'a workspace of a newer version' },
    ],
  },
  I25: { how: 'each pending change that is stopped: it has a cause' },
};

export const numberedRules = Object.keys(rulesWatched) as readonly NumberedRule[]; // a record has its own keys

/** How often something was there to be looked at. */
export type Looks = Map<NumberedRule, number>;

/** The rules that the simulation itself looks after. */
export const seenRules = numberedRules.filter((rule) => 'how' in rulesWatched[rule]);
