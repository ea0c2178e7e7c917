import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ConnectionStatus, SignInDraft } from '../../../src-preload/contract/model.ts';
import { scopeWords } from '../../../src-preload/contract/scope-words.ts';
import { useActions } from '../../store/context.ts';
import { SignInWaiting } from '../../ui/SignInWaiting.tsx';
import { useSignInAgain } from '../../ui/use-sign-in-again.ts';
import { IdentityDecision } from './IdentityDecision.tsx';

interface SignInAgainProps {
  readonly connection: ConnectionStatus;
  readonly draft: SignInDraft;
}

/** Another sign-in for the same project, where a connection has one in the place of a key. */
export function SignInAgain({ connection, draft }: SignInAgainProps) {
  const { showConnectionStep } = useActions();
  const { state, problem, found, saving, busy, signInAgain } = useSignInAgain(connection, draft);
  const showFacts = () => showConnectionStep(connection.id, 'key', 'facts');
  const start = async () => {
    if (await signInAgain()) showFacts();
  };
  return (
    <Stack gap="sm" data-testid="connection-sign-in">
      <Title order={3} size="h5">
        Sign in to {connection.name} again
      </Title>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        To {scopeWords[connection.remote]} {connection.scope}. The present sign-in is used until this one is
        shown to be right.
      </Text>
      {problem !== null && found !== null ? (
        <IdentityDecision
          connection={connection}
          message={problem}
          found={found}
          onKeep={showFacts}
          onAdopted={showFacts}
        />
      ) : null}
      {problem !== null && found === null ? (
        <Alert color="red" p="xs">
          {problem}
        </Alert>
      ) : null}
      <Text size="xs" c="dimmed">
        What is pending stays and is sent with the new sign-in, if it speaks for the same person.
      </Text>
      {state.kind === 'waiting' ? <SignInWaiting {...state} /> : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" disabled={saving} onClick={showFacts}>
          Cancel
        </Button>
        <Button
          loading={busy}
          disabled={state.kind === 'waiting'}
          data-testid="sign-in-again"
          onClick={() => void start()}
        >
          Sign in with the browser
        </Button>
      </Group>
    </Stack>
  );
}
