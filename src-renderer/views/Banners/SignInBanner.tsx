import { Button, Loader, Text } from '@mantine/core';
import type { ConnectionStatus, SignInDraft } from '../../../src-preload/contract/model.ts';
import { useSignInAgain } from '../../ui/use-sign-in-again.ts';
import classes from './banners.module.css';

interface SignInBannerProps {
  readonly connection: ConnectionStatus;
  readonly draft: SignInDraft;
}

/** Asks to sign in to a connection again, and says why. */
export function SignInBanner({ connection, draft }: SignInBannerProps) {
  const { problem, waiting, busy, signInAgain, cancel } = useSignInAgain(connection, draft);
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
        <Button loading={busy} data-testid="banner-sign-in" onClick={() => void signInAgain()}>
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
