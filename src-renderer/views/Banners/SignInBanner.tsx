import { Button, Text } from '@mantine/core';
import type { ConnectionStatus, SignInDraft } from '../../../src-preload/contract/model.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { SignInWaiting } from '../../ui/SignInWaiting.tsx';
import { useSignInAgain } from '../../ui/use-sign-in-again.ts';
import { IdentityDecision } from '../Connections/IdentityDecision.tsx';
import classes from './banners.module.css';

interface SignInBannerProps {
  readonly connection: ConnectionStatus;
  readonly draft: SignInDraft;
}

/** Asks to sign in to a connection again, and says why. */
export function SignInBanner({ connection, draft }: SignInBannerProps) {
  const { state, problem, found, busy, signInAgain, cancel } = useSignInAgain(connection, draft);
  if (state.kind === 'waiting') {
    return (
      <SignInWaiting {...state}>
        <Button variant="default" data-testid="banner-cancel-sign-in" onClick={cancel}>
          Cancel
        </Button>
      </SignInWaiting>
    );
  }
  return (
    <div className={classes.form}>
      <Text size="sm" className={classes.text ?? ''}>
        {problem ?? toReason(connection)}
      </Text>
      <Button loading={busy} data-testid="banner-sign-in" onClick={() => void signInAgain()}>
        Sign in with the browser
      </Button>
      <Dialog opened={found !== null} onClose={cancel} title={`Sign in to ${connection.name}`} size={560}>
        {found === null || problem === null ? null : (
          <IdentityDecision
            connection={connection}
            message={problem}
            found={found}
            onKeep={cancel}
            onAdopted={cancel}
          />
        )}
      </Dialog>
    </div>
  );
}

function toReason({ name, state, lastFailure }: ConnectionStatus): string {
  if (state !== 'needs-secret' && lastFailure !== null) return `${name}: ${lastFailure.message}`;
  return `The sign-in of ${name} is not in this computer’s keychain. Sign in again; your changes are kept.`;
}
