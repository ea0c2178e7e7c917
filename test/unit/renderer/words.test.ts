import { describe, expect, it } from 'vitest';
import { toWireError } from '../../../src-main/backend/errors.ts';
import type { ConnectionStatus, SyncReport } from '../../../src-preload/contract/model.ts';
import { toSecretWord } from '../../../src-preload/contract/secret-words.ts';
import { RequestError } from '../../../src-renderer/api/request.ts';
import { toFieldProblem, toNoticeText } from '../../../src-renderer/store/problems.ts';
import { needsKey } from '../../../src-renderer/store/selectors.ts';
import { countOf, formatDuration, formatMoment, formatShare } from '../../../src-renderer/ui/format.ts';
import { toMovedIndex } from '../../../src-renderer/ui/move.ts';
import {
  changeSystem,
  checkSignIn,
  checkValues,
  toCredential,
  toDraft,
  toInitialValues,
} from '../../../src-renderer/views/Connect/connect-values.ts';
import { toKeepWords } from '../../../src-renderer/views/Connections/identity-words.ts';
import { toConnectionWords, toSignInWords } from '../../../src-renderer/views/Header/connection-words.ts';
import { toOutcome, toPulledText } from '../../../src-renderer/views/Panel/report-words.ts';
import { connectionStatus } from './connection-status.ts';

const now = new Date(2026, 2, 4, 15, 0);
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();

describe('shares', () => {
  it.each([
    [0, 901, '0 %'],
    [900, 901, '99 %'],
    [901, 901, '100 %'],
    [0, 0, '0 %'],
  ])('%i of %i is %s', (done, total, text) => {
    expect(formatShare(done, total)).toBe(text);
  });
});

describe('moments', () => {
  it('are a clock time today, a day this year, and a date before', () => {
    expect(formatMoment(at(2026, 2, 4, 14, 2), now)).toBe('14:02');
    expect(formatMoment(at(2026, 2, 3, 14, 2), now)).toMatch(/^3 Mar.*14:02$/);
    expect(formatMoment(at(2024, 2, 3, 14, 2), now)).toBe('3 Mar 2024');
  });

  it('have durations a person can read', () => {
    expect([40, 3210, 59_400, 125_000].map(formatDuration)).toEqual(['40 ms', '3.2 s', '59 s', '2 min 5 s']);
  });

  it('agree with their number', () => {
    expect([countOf(1, 'change'), countOf(1200, 'change'), countOf(2, 'entity', 'entities')]).toEqual([
      '1 change',
      '1,200 changes',
      '2 entities',
    ]);
  });
});

describe('errors of the connect dialog', () => {
  it.each([
    ['unauthorised', 'secret'],
    ['forbidden', 'scope'],
    ['unreachable', 'url'],
    ['timeout', 'url'],
    ['foreign-answer', 'url'],
    ['insecure-url', 'url'],
    ['name-taken', 'name'],
    ['something-else', null],
  ])('%s concerns %s', (code, field) => {
    expect(toFieldProblem(new RequestError(code, 'Said.'))).toEqual({ field, code, message: 'Said.' });
  });

  it('never show the inside of an unexpected one', () => {
    expect(toNoticeText(new TypeError('x is undefined'))).not.toContain('undefined');
  });

  it.each([
    'waits-for-answer',
    'identity-changed',
    'unsteady-list',
    'listing-incomplete',
    'rate-limited',
    'app-failed',
    'disk-full',
    'disk-failed',
    'workspace-in-use',
    'workspace-newer',
    'workspace-read-only',
    'workspace-damaged',
  ])('%s is told in its own words, never as something unknown', (code) => {
    const text = toNoticeText(new RequestError(code, 'The very reason'));
    expect(text).toMatch(/^The very reason\./);
    expect(text).not.toContain('went wrong inside');
    expect(text).toBe(text.trim());
  });

  it('say once what to do about a disk that is full or may not be written', () => {
    for (const code of ['SQLITE_FULL', 'SQLITE_READONLY']) {
      const error = Object.assign(new Error('of the disk'), { code });
      const { code: told, message } = toWireError(error, 'relationships:relate', () => undefined);
      expect(toNoticeText(new RequestError(told, message))).toBe(message);
      expect(message).toMatch(/Nothing of this was saved; everything before it is\. .*try again\.$/);
    }
  });

  it('are found before anything is sent', () => {
    const empty = { ...toInitialValues(null), url: 'nonsense' };
    expect(Object.keys(checkValues(empty)).toSorted()).toEqual(['scope', 'secret', 'url']);
    expect(checkValues({ ...toInitialValues(null), scope: '12', secret: 'k' })).toEqual({});
  });

  it('ask for an account on Clickie, and for a tenant on AlgaPSA only if there is one to give', () => {
    const clickie = { ...toInitialValues(null), scope: '12', secret: 'k' };
    const algapsa = { ...changeSystem(clickie, 'algapsa'), url: 'https://psa.example.com' };
    expect(algapsa).toMatchObject({ name: 'AlgaPSA', scope: '', secret: 'k' });
    expect(checkValues(algapsa)).toEqual({});
    expect(toDraft(algapsa)).toMatchObject({ remote: 'algapsa', scope: '' });
    expect(Object.keys(checkValues({ ...algapsa, scope: '12' }))).toEqual(['scope']);
  });

  it('keep what was typed where another system is chosen', () => {
    const typed = { ...toInitialValues(null), name: 'Mine', url: 'https://mine.example.com', secret: 'k' };
    expect(changeSystem(typed, 'algapsa')).toMatchObject({ name: 'Mine', url: 'https://mine.example.com' });
  });
});

describe('the values of a connection to Autodesk', () => {
  const typed = { ...changeSystem({ ...toInitialValues(null), secret: 'k' }, 'autodesk'), clientId: 'app' };

  it('ask for an app before the browser is opened, and for a project only after it', () => {
    expect(checkSignIn(typed)).toEqual({});
    expect(Object.keys(checkSignIn({ ...typed, clientId: ' ' }))).toEqual(['clientId']);
    expect(Object.keys(checkSignIn({ ...typed, callback: 'http://example.com/' }))).toEqual(['callback']);
    expect(checkValues(typed)).toEqual({ scope: 'The project is missing.' });
  });

  it('carry the handle of the sign-in, never a key that was typed for another system', () => {
    expect(typed.secret).toBe('');
    expect(toCredential({ ...typed, signIn: 'a-handle' })).toEqual({ signIn: 'a-handle' });
    expect(changeSystem({ ...typed, signIn: 'a-handle' }, 'clickie').signIn).toBe('');
  });

  it('go to the backend with the region, the app and the callback', () => {
    const project = 'b1b36000-0000-4000-8000-000000000001';
    expect(toDraft({ ...typed, scope: project, region: 'EMEA' })).toEqual({
      remote: 'autodesk',
      name: 'Autodesk',
      url: 'https://developer.api.autodesk.com',
      scope: project,
      options: { region: 'EMEA', clientId: 'app', callback: 'http://localhost:8080/oauth/callback/' },
    });
  });
});

const connection = connectionStatus;
const signedIn: ConnectionStatus = {
  ...connection,
  remote: 'autodesk',
  options: { region: 'US', clientId: 'app', callback: 'http://localhost:8080/' },
};

describe('the state of a connection', () => {
  it.each([
    ['needs-secret', null, true],
    ['failing', 'unauthorised', true],
    ['failing', 'identity-changed', true],
    ['failing', 'sign-in-expired', true],
    ['failing', 'timeout', false],
    ['ready', null, false],
  ] as const)('%s because of %s: only another key helps is %s', (state, code, needed) => {
    const lastFailure = code === null ? null : { code, message: 'Said.' };
    expect(needsKey({ ...connection, state, lastFailure })).toBe(needed);
  });

  it.each([
    [at(2026, 2, 20, 14, 2), null],
    [at(2026, 2, 6, 14, 2), 'the sign-in ends 6 Mar, 14:02: sync before, and it goes on'],
    [at(2026, 2, 4, 14, 2), 'the sign-in has ended: sign in again at the next sync'],
    [null, null],
  ])('a sign-in that ends at %s is told as %s', (signInExpiresAt, told) => {
    expect(toSignInWords({ ...connection, signInExpiresAt }, now)).toBe(told);
  });

  it.each([
    ['a key', connection, 'needs its key'],
    ['a sign-in', signedIn, 'needs a sign-in'],
  ])('asks for %s where that is missing', (_, one, text) => {
    expect(toConnectionWords({ ...one, state: 'needs-secret' }, now)).toEqual({ tone: 'bad', text });
  });

  it.each([
    ['key', connection],
    ['key', { ...signedIn, options: {} }],
    ['sign-in', signedIn],
  ])('a %s is what lets it in', (word, one) => {
    expect(toSecretWord(one)).toBe(word);
  });

  it('says since when it is offline', () => {
    const words = toConnectionWords(
      { ...connection, state: 'offline', offlineSince: at(2026, 2, 4, 14, 2) },
      now,
    );
    expect(words).toEqual({ tone: 'quiet', text: 'offline since 14:02' });
  });

  it('says why it fails, and never reads as synced', () => {
    const lastFailure = { code: 'foreign-answer', message: 'A page of HTML came.' };
    const words = toConnectionWords({ ...connection, state: 'failing', lastFailure }, now);
    expect(words).toEqual({ tone: 'bad', text: 'failing: A page of HTML came.' });
  });
});

describe('someone else than before', () => {
  const ended = { code: 'sign-in-expired', message: 'It ended.' };

  it.each([
    ['a key', connection, true, 'Keep the present key', 'goes with it as before'],
    ['a sign-in', signedIn, true, 'Keep the present sign-in', 'goes with it as before'],
    ['the stored key', connection, false, 'Keep waiting', 'until the former key is given'],
    ['the stored sign-in', signedIn, false, 'Keep waiting', 'until the former person signs in again'],
    [
      'another sign-in where the present one has ended',
      { ...signedIn, state: 'failing', lastFailure: ended },
      true,
      'Keep waiting',
      'until the former person signs in again',
    ],
  ] as const)('found by %s may change nothing', (_, one, isAnother, title, text) => {
    const words = toKeepWords({ ...one, pendingCount: 2 }, isAnother);
    expect(words.title).toBe(title);
    expect(words.text).toContain(text);
    expect(words.text).toContain('(2 changes)');
  });
});

const noChanges = { added: 0, updated: 0, removed: 0 };
const report: SyncReport = {
  connection: 'Clickie',
  complete: true,
  cancelled: false,
  startedAt: at(2026, 2, 4, 14, 2),
  finishedAt: at(2026, 2, 4, 14, 3),
  pulled: { entities: { added: 3, updated: 0, removed: 1 }, relationships: noChanges },
  pushed: { created: 0, updated: 0, deleted: 0 },
  conflicts: 0,
  blocked: 0,
  parked: 0,
  held: 0,
  withheld: null,
  failed: [],
  notes: [],
  moreFailed: 0,
  outlook: null,
  requests: [],
};

describe('a sync report', () => {
  it('is fine only if it is whole', () => {
    const failed = [{ code: 'timeout', message: 'No answer.' }];
    expect(toOutcome(report).fine).toBe(true);
    expect(toOutcome({ ...report, complete: false })).toEqual({ fine: false, text: 'Incomplete' });
    expect(toOutcome({ ...report, failed })).toEqual({ fine: false, text: 'Failed' });
    expect(toOutcome({ ...report, cancelled: true })).toEqual({ fine: false, text: 'Cancelled' });
  });

  it('says that it was cut off where it ended with the program', () => {
    const failed = [{ code: 'cut-off', message: 'Weft ended in the middle of this sync.' }];
    expect(toOutcome({ ...report, complete: false, failed })).toEqual({ fine: false, text: 'Cut off' });
  });

  it('names what lets it in where only that is missing', () => {
    const failed = [{ code: 'needs-secret', message: 'The key is not at hand.' }];
    expect(toOutcome({ ...report, complete: false, failed })).toEqual({
      fine: false,
      text: 'Needs a key or a sign-in',
    });
  });

  it('says in words what came', () => {
    expect(toPulledText(report)).toBe('entities +3 −1');
    expect(toPulledText({ ...report, pulled: { entities: noChanges, relationships: noChanges } })).toBe(
      'nothing new',
    );
  });
});

describe('moving in a list', () => {
  const list = { total: 50, page: 20 };
  it('stays inside the list', () => {
    expect(toMovedIndex('ArrowUp', 0, list)).toBe(0);
    expect(toMovedIndex('PageDown', 40, list)).toBe(49);
    expect(toMovedIndex('Home', 30, list)).toBe(0);
    expect(toMovedIndex('x', 30, list)).toBeNull();
  });
});
