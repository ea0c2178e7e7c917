import { Alert, Button, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import { ConnectionDraft, type ConnectionStatus } from '../../../src-preload/contract/model.ts';
import type { Credential } from '../../../src-preload/contract/requests.ts';
import { toSecretWord } from '../../../src-preload/contract/secret-words.ts';
import { useActions } from '../../store/context.ts';
import { countOf } from '../../ui/format.ts';
import classes from './connections.module.css';
import { toKeepWords } from './identity-words.ts';

interface IdentityDecisionProps {
  readonly connection: ConnectionStatus;
  /** Who is found and who was expected, as a sentence. */
  readonly message: string;
  /** The key or the sign-in that speaks for someone else; null where it is the stored one. */
  readonly found: Credential | null;
  /** Nothing is to change. */
  readonly onKeep: () => void;
  readonly onAdopted?: () => void;
}

/** What to do with a key or a sign-in that speaks for someone else. Nothing is sent until this is decided. */
export function IdentityDecision({ connection, message, found, onKeep, onAdopted }: IdentityDecisionProps) {
  const { id, name, pendingCount } = connection;
  const { adoptIdentity, provideSecret, openConnectDialog, closeConnections } = useActions();
  const [problem, setProblem] = useState<string | null>(null);
  const pending = pendingCount === 0 ? 'nothing, so far' : countOf(pendingCount, 'change');
  const word = toSecretWord(connection);
  const keep = toKeepWords(connection, found !== null);
  const adopt = async () => {
    const answer = await (found === null ? adoptIdentity(id) : provideSecret(id, found, { adopt: true }));
    if (answer.ok) onAdopted?.();
    else setProblem(answer.problem.message);
  };
  const askAdopt = () =>
    modals.openConfirmModal({
      title: `Take the new identity over for ${name}?`,
      children: (
        <Text size="sm">
          Everything is read again as the new identity first. Then what is pending ({pending}) is sent in its
          name; what contradicts what it sees becomes a conflict for you to decide.
        </Text>
      ),
      labels: { confirm: 'Take over', cancel: 'Keep waiting' },
      onConfirm: () => void adopt(),
    });
  const connectAsNew = () => {
    onKeep();
    closeConnections();
    openConnectDialog({ draft: toNewDraft(connection), secret: typeof found === 'string' ? found : '' });
  };
  return (
    <Alert
      color="yellow"
      p="sm"
      title={`The ${word} speaks for someone else`}
      role="alert"
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      data-testid="identity-decision"
    >
      <Text size="sm" mb={10}>
        {message}
      </Text>
      {problem === null ? null : (
        <Text size="sm" c="red" mb={10}>
          {problem}
        </Text>
      )}
      <div className={classes.ways}>
        <Text size="xs">
          <b>{keep.title}.</b> {keep.text}
        </Text>
        <Button variant="default" data-testid="identity-wait" onClick={onKeep}>
          {keep.title}
        </Button>
        <Text size="xs">
          <b>Take the new identity over.</b> Everything is read again, then what is pending is sent in the new
          name.
        </Text>
        <Button variant="default" data-testid="identity-adopt" onClick={askAdopt}>
          Take over…
        </Button>
        <Text size="xs">
          <b>Connect as new.</b> A second connection for the new identity
          {word === 'sign-in' ? ', for which you sign in once more' : ''}. What is pending stays with {name},
          which goes on waiting.
        </Text>
        <Button variant="default" data-testid="identity-new" onClick={connectAsNew}>
          Connect as new…
        </Button>
      </div>
    </Alert>
  );
}

/** The same place under another name. */
function toNewDraft({ name, remote, url, scope, options }: ConnectionStatus): ConnectionDraft {
  return ConnectionDraft.parse({ name: `${name.slice(0, 50)} 2`, remote, url, scope, options });
}
