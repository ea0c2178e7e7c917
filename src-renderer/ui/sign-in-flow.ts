import type { SignInDraft } from '../../src-preload/contract/model.ts';
import type { Answer, Credential } from '../../src-preload/contract/requests.ts';
import type { Actions } from '../store/actions.ts';
import type { FormAnswer } from '../store/connection-actions.ts';
import type { FieldProblem } from '../store/problems.ts';

/** How far a sign-in with the browser is. */
export type SignInState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting' }
  | ({ readonly kind: 'waiting' } & Answer<'sign-in:start'>)
  | ({ readonly kind: 'done' } & Answer<'sign-in:finish'>);

/** One sign-in at a time. */
export interface SignInFlow {
  /** Resolves with the handle of the finished sign-in; with null where it was cancelled, here or by another one. */
  begin(draft: SignInDraft): Promise<FormAnswer<string> | null>;
  cancel(): void;
  /** As `cancel`, where nothing is shown any more. */
  drop(): void;
}

type SignInRequests = Pick<Actions, 'startSignIn' | 'finishSignIn' | 'cancelSignIn'>;

/** Sign-ins that are told to `show`; what nobody used when it is dropped is signed out. */
export function createSignInFlow(requests: SignInRequests, show: (state: SignInState) => void): SignInFlow {
  const { startSignIn, finishSignIn, cancelSignIn } = requests;
  /** Null where nothing is under way or signed in; another object where that is not wanted any more. */
  let current: { handle: string | null } | null = null;

  const drop = () => {
    const handle = current?.handle ?? null;
    current = null;
    if (handle !== null) void cancelSignIn(handle);
  };
  const cancel = () => {
    drop();
    show({ kind: 'idle' });
  };
  const fail = (answer: FormAnswer<never> & { readonly ok: false }) => {
    cancel();
    return answer.problem.code === 'cancelled' ? null : answer;
  };
  const begin: SignInFlow['begin'] = async (draft) => {
    drop();
    const mine: { handle: string | null } = { handle: null };
    current = mine;
    show({ kind: 'starting' });
    const started = await startSignIn(draft);
    if (current !== mine) {
      if (started.ok) void cancelSignIn(started.value.handle);
      return null;
    }
    if (!started.ok) return fail(started);
    mine.handle = started.value.handle;
    show({ kind: 'waiting', ...started.value });
    const finished = await finishSignIn(mine.handle);
    if (current !== mine) return null;
    if (!finished.ok) return fail(finished);
    show({ kind: 'done', ...finished.value });
    return { ok: true, value: mine.handle };
  };
  return { begin, cancel, drop };
}

/** What came of signing in again. */
export type SignInOutcome =
  | { readonly kind: 'given' }
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'refused';
      readonly problem: FieldProblem;
      /** Kept for a decision where it speaks for someone else. */
      readonly found: Credential | null;
    };

/** Signs in and gives that to a connection. One that speaks for someone else is kept until it is decided about. */
export async function signInAndGive(
  draft: SignInDraft,
  { begin, cancel }: SignInFlow,
  give: (credential: Credential) => Promise<FormAnswer<unknown>>,
): Promise<SignInOutcome> {
  const signedIn = await begin(draft);
  if (signedIn === null) return { kind: 'cancelled' };
  if (!signedIn.ok) return { kind: 'refused', problem: signedIn.problem, found: null };
  const found = { signIn: signedIn.value };
  const given = await give(found);
  if (given.ok) return { kind: 'given' };
  const { problem } = given;
  if (problem.code === 'identity-changed') return { kind: 'refused', problem, found };
  cancel();
  return { kind: 'refused', problem, found: null };
}
