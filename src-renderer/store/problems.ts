import { RequestError } from '../api/request.ts';

/** The fields of the connect dialog that an error can concern. */
export type ConnectField = (typeof connectFields)[number];

const connectFields = ['name', 'url', 'scope', 'secret', 'clientId', 'callback'] as const;

/** What to show beside a field; `field` is null where the error concerns none of them. */
export interface FieldProblem extends Problem {
  readonly field: ConnectField | null;
}

const fieldByCode: Readonly<Record<string, ConnectField>> = {
  unauthorised: 'secret',
  forbidden: 'scope',
  unreachable: 'url',
  timeout: 'url',
  'foreign-answer': 'url',
  'insecure-url': 'url',
  'identity-changed': 'secret',
  'name-taken': 'name',
};

/** Which field of the connect dialog an error belongs to, by its code. */
export function toFieldProblem(error: unknown): FieldProblem {
  const { code, message } = toProblem(error);
  return { field: fieldByCode[code] ?? toNamedField(error), code, message };
}

/** The field that a refusal of parameters names in its details, such as `draft.url`. */
function toNamedField(error: unknown): ConnectField | null {
  const path = error instanceof RequestError ? error.details['field'] : null;
  const name = typeof path === 'string' ? path.split('.').at(-1) : null;
  return connectFields.find((field) => field === name) ?? null;
}

/** Whether it is no failure: somebody ended it. */
export function isCancelled(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'cancelled';
}

/** Whether a text cannot be read as a query: told beside its box. */
export function isQueryProblem(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'query-not-read';
}

/** What went wrong: a code for programs, a sentence for people. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** Where in a text it is, in characters from its start, if it is at a place in a text. */
  readonly position?: number;
}

/** The code and the sentence of any error. Errors of our own code get a sentence that hides their inside. */
export function toProblem(error: unknown): Problem {
  if (error instanceof RequestError) {
    const { code, message, details } = error;
    const { position } = details;
    return { code, message, ...(typeof position === 'number' ? { position } : {}) };
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside Weft. Everything that was confirmed is kept.',
  };
}

const laterAgain = 'What is shown is the last known state, and your changes are kept. Sync again later.';

/** What was kept and what to do next, by code; empty where the message itself says both. */
const nextByCode: Readonly<Record<string, string>> = {
  'backend-gone': '',
  internal: 'The log has the details.',
  'app-failed': 'The workspace was not changed. Try again; the log has the details.',
  unauthorised: 'Your changes are kept. Give the connection a valid key, or sign in again.',
  forbidden: 'Your changes are kept. Check the account and the rights of the key or the sign-in.',
  unreachable: 'Your changes are kept and sent once the system can be reached.',
  timeout: 'Your changes are kept. Try again later.',
  'rate-limited': 'Your changes are kept. Weft waits before it asks again.',
  'identity-changed': 'Your changes are kept. Decide in Connections what to do.',
  'account-changed': '',
  'loss-changed': '',
  'export-failed': '',
  'pull-first': 'Your changes are kept.',
  'unsteady-list': laterAgain,
  'listing-incomplete': laterAgain,
  'too-large': laterAgain,
  cancelled: 'What was done before is kept.',
  'cut-off': '',
  'end-removed': 'Your changes are kept and stay in the outbox.',
  'insecure-url': 'Nothing was sent. Use an address that begins with https.',
  'sign-in-expired': '',
  'waits-for-answer': '',
  refused: 'Your changes are kept and stay in the outbox.',
  'server-fault': 'Your changes are kept. Try again later.',
  'foreign-answer': 'Your changes are kept. Check the address and the network.',
  'needs-secret': 'Your changes are kept. Give the connection its key, or sign in again.',
  'view-name-taken': 'Nothing was saved.',
  'too-many-views': '',
  'view-too-large': '',
  'view-not-read': '',
  'not-found': 'It may have been removed meanwhile. Nothing else was changed.',
  'workspace-newer': '',
  'workspace-missing': 'Choose another workspace, or put the file back.',
  'workspace-exists': 'The file was not touched.',
  'workspace-not-sqlite': 'Choose another file.',
  'workspace-linked': '',
  'workspace-foreign': 'The file was not touched. Choose another one.',
  'workspace-read-only': '',
  'workspace-in-use': '',
  'workspace-damaged': '',
  'workspace-busy': '',
  'care-ended': '',
  'disk-failed': '',
  'disk-full': '',
};

/** The text of a notice: the error's own sentence, then what was kept and what to do next. */
export function toNoticeText(error: unknown): string {
  return toProblemText(toProblem(error), 'Nothing was changed.');
}

/** A problem's own sentence, then what was kept and what to do next; `otherwise` where its code says nothing of that. */
export function toProblemText(problem: Problem, otherwise: string): string {
  const { code, message } = problem;
  const next = nextByCode[code] ?? otherwise;
  return `${/[.!?]$/.test(message) ? message : `${message}.`} ${next}`.trimEnd();
}
