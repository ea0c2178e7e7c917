import { Button, Loader, Text } from '@mantine/core';
import { useState } from 'react';
import type { ConnectionStatus, SignInDraft } from '../../../src-preload/contract/model.ts';
import { useActions } from '../../store/context.ts';
import { useSignIn } from '../../ui/use-sign-in.ts';
import classes from './banners.module.css';

interface SignInBannerProps {
  readonly connection: ConnectionStatus;
  readonly draft: SignInDraft;
}

/** Asks to sign in to a connection again, and says why. */
export function SignInBanner({ connection, draft }: SignInBannerProps) {
  const { provideSecret } = useActions();
  const [problem, setProblem] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const { state, begin, cancel } = useSignIn();
  const signInAgain = async () => {
    setProblem(null);
    const signedIn = await begin(draft);
    if (signedIn === null) return;
    if (!signedIn.ok) return setProblem(signedIn.problem.message);
    setSaving(true);
    const answer = await provideSecret(connection.id, { signIn: signedIn.value });
    setSaving(false);
    if (answer.ok) return;
    setProblem(answer.problem.message);
    cancel();
  };
  const waiting = state.kind === 'waiting';
  return (
    <div className={classes.form}>
      <Text size="sm" className={classes.text ?? ''}>
        {problem ?? toReason(connection)}
      </Text>
      {waiting ? <Loader size="xs" aria-label="Waiting for the browser" /> : null}
      {waiting ? (
        <Button variant="default" data-testid="banner-cancel-sign-in" onClick={cancel}>
          Cancel
        </Button>
      ) : (
        <Button
          loading={saving || state.kind === 'starting'}
          data-testid="banner-sign-in"
          onClick={() => void signInAgain()}
        >
          Sign in with the browser
        </Button>
      )}
    </div>
  );
}

function toReason({ name, state, lastFailure }: ConnectionStatus): string {
  if (state !== 'needs-secret' && lastFailure !== null) return `${name}: ${lastFailure.message}`;
  return `The sign-in of ${name} is not in this computer’s keychain. Sign in again; your changes are kept.`;
}
