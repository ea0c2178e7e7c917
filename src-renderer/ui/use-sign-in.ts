import { useCallback, useEffect, useRef, useState } from 'react';
import type { SignInDraft } from '../../src-preload/contract/model.ts';
import type { Answer } from '../../src-preload/contract/requests.ts';
import { useActions } from '../store/context.ts';
import type { FormAnswer } from '../store/workspace-actions.ts';

/** How far a sign-in with the browser is. */
export type SignInState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'starting' }
  | ({ readonly kind: 'waiting' } & Answer<'sign-in:start'>)
  | ({ readonly kind: 'done' } & Answer<'sign-in:finish'>);

/** A sign-in that ends with the component: what nobody used by then is signed out. */
export function useSignIn() {
  const { startSignIn, finishSignIn, cancelSignIn } = useActions();
  const [state, setState] = useState<SignInState>({ kind: 'idle' });
  /** Null where nothing is under way or signed in; another object where that is not wanted any more. */
  const current = useRef<{ handle: string | null } | null>(null);

  const drop = useCallback(() => {
    const handle = current.current?.handle ?? null;
    current.current = null;
    if (handle !== null) void cancelSignIn(handle);
  }, [cancelSignIn]);
  useEffect(() => drop, [drop]);

  const cancel = () => {
    drop();
    setState({ kind: 'idle' });
  };
  const end = <T>(answer: T): T => {
    cancel();
    return answer;
  };
  /** Resolves with the handle of the finished sign-in, or with null where it was cancelled here. */
  const begin = async (draft: SignInDraft): Promise<FormAnswer<string> | null> => {
    drop();
    const mine: { handle: string | null } = { handle: null };
    current.current = mine;
    setState({ kind: 'starting' });
    const started = await startSignIn(draft);
    if (current.current !== mine) {
      if (started.ok) void cancelSignIn(started.value.handle);
      return null;
    }
    if (!started.ok) return end(started);
    mine.handle = started.value.handle;
    setState({ kind: 'waiting', ...started.value });
    const finished = await finishSignIn(mine.handle);
    if (current.current !== mine) return null;
    if (!finished.ok) return end(finished);
    setState({ kind: 'done', ...finished.value });
    return { ok: true, value: mine.handle };
  };
  return { state, begin, cancel };
}
