import { useState } from 'react';
import { type ConnectionStatus, SignInDraft } from '../../src-preload/contract/model.ts';
import { useActions } from '../store/context.ts';
import { useSignIn } from './use-sign-in.ts';

/** What a sign-in to this connection starts with; null where it has a key instead. */
export function toSignInDraftOf(connection: ConnectionStatus): SignInDraft | null {
  const draft = SignInDraft.safeParse(connection);
  return draft.success && draft.data.options.clientId !== '' ? draft.data : null;
}

/** Signs in to a connection again. What it has is used until the new sign-in is shown to be right. */
export function useSignInAgain(connection: ConnectionStatus, draft: SignInDraft) {
  const { provideSecret } = useActions();
  const [problem, setProblem] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const { state, begin, cancel } = useSignIn();
  /** Resolves with whether the connection has the new sign-in. */
  const signInAgain = async (): Promise<boolean> => {
    setProblem(null);
    const signedIn = await begin(draft);
    if (signedIn === null) return false;
    if (!signedIn.ok) {
      setProblem(signedIn.problem.message);
      return false;
    }
    setSaving(true);
    const answer = await provideSecret(connection.id, { signIn: signedIn.value });
    setSaving(false);
    if (answer.ok) return true;
    setProblem(answer.problem.message);
    cancel();
    return false;
  };
  return {
    problem,
    waiting: state.kind === 'waiting',
    saving,
    busy: saving || state.kind === 'starting',
    signInAgain,
    cancel,
  };
}
