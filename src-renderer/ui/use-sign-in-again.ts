import { useState } from 'react';
import { type ConnectionStatus, SignInDraft } from '../../src-preload/contract/model.ts';
import type { Credential } from '../../src-preload/contract/requests.ts';
import { toSecretWord } from '../../src-preload/contract/secret-words.ts';
import { useActions } from '../store/context.ts';
import { type SignInOutcome, signInAndGive } from './sign-in-flow.ts';
import { useSignIn } from './use-sign-in.ts';

/** What a sign-in to this connection starts with; null where it has a key instead. */
export function toSignInDraftOf(connection: ConnectionStatus): SignInDraft | null {
  const draft = SignInDraft.safeParse(connection);
  return draft.success && toSecretWord(connection) === 'sign-in' ? draft.data : null;
}

/** Signs in to a connection again. What it has is used until the new sign-in is shown to be right. */
export function useSignInAgain(connection: ConnectionStatus, draft: SignInDraft) {
  const { provideSecret } = useActions();
  const [outcome, setOutcome] = useState<SignInOutcome | null>(null);
  const [saving, setSaving] = useState(false);
  const { state, flow } = useSignIn();
  const give = async (credential: Credential) => {
    setSaving(true);
    const answer = await provideSecret(connection.id, credential);
    setSaving(false);
    return answer;
  };
  /** Resolves with whether the connection has the new sign-in. */
  const signInAgain = async (): Promise<boolean> => {
    setOutcome(null);
    const came = await signInAndGive(draft, flow, give);
    setOutcome(came);
    return came.kind === 'given';
  };
  const cancel = () => {
    setOutcome(null);
    flow.cancel();
  };
  const refused = outcome?.kind === 'refused' ? outcome : null;
  return {
    state,
    problem: refused?.problem.message ?? null,
    /** A sign-in that speaks for someone else, until it is decided about. */
    found: refused?.found ?? null,
    saving,
    busy: saving || state.kind === 'starting',
    signInAgain,
    cancel,
  };
}
