import type { SignInDraft } from '../../src-preload/contract/model.ts';
import type { Request } from '../api/request.ts';
import { answerForm } from './workspace-actions.ts';

/** Actions for a sign-in with the system's browser. The window only ever holds its handle. */
export function createSignInActions(request: Request) {
  return {
    startSignIn: (draft: SignInDraft) => answerForm(() => request('sign-in:start', { draft, open: true })),
    /** Resolves once the person has signed in, or something has ended the wait. */
    finishSignIn: (handle: string) => answerForm(() => request('sign-in:finish', { handle })),
    cancelSignIn: (handle: string) => answerForm(() => request('sign-in:cancel', { handle })),
  };
}
