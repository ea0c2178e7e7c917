import { Button, PasswordInput, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ConnectionStatus, SecretStorage } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import classes from './banners.module.css';

/** Asks for the key of a connection again, and says why. */
export function SecretBanner({ connection }: { readonly connection: ConnectionStatus }) {
  const { provideSecret } = useActions();
  const storage = useAppState(({ server }) => server.start?.secretStorage ?? null);
  const [secret, setSecret] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const why = toReason(connection, storage);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const answer = await provideSecret(connection.id, secret);
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem.message);
  };
  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)}>
      <Text size="sm">
        The key of <b>{connection.name}</b> is asked again because {toClause(why, connection)}
      </Text>
      <PasswordInput
        size="xs"
        w={220}
        aria-label={`API key of ${connection.name}`}
        placeholder="API key"
        autoComplete="off"
        value={secret}
        error={problem}
        onChange={({ currentTarget }) => {
          setSecret(currentTarget.value);
          setProblem(null);
        }}
      />
      <Button type="submit" loading={busy} disabled={secret === ''}>
        Use this key
      </Button>
    </form>
  );
}

/** Why the key is asked: the remote no longer takes it, or it could not be kept. */
function toReason({ state, lastFailure }: ConnectionStatus, storage: SecretStorage | null): string {
  if (state !== 'needs-secret' && lastFailure !== null) return lastFailure.message;
  return (storage?.persisted === false ? storage.reason : null) ?? 'it is not in this computer’s keychain.';
}

/** A sentence as the end of another one. */
function toClause(sentence: string, { remote }: ConnectionStatus): string {
  if (sentence.toLowerCase().startsWith(remote)) return sentence;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
