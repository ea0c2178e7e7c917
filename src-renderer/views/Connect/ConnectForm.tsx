import { Alert, Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useActions, useAppState } from '../../store/context.ts';
import type { Connecting } from '../../store/state.ts';
import { remoteNames } from '../../ui/remote-names.ts';
import { AutodeskFields } from './AutodeskFields.tsx';
import { type ConnectSystem, type ConnectValues, scopeFields, signsIn } from './connect-values.ts';
import { useConnectForm } from './use-connect-form.ts';

const systems = (['clickie', 'algapsa', 'autodesk'] as const satisfies readonly ConnectSystem[]).map(
  (value) => ({ value, label: remoteNames[value] }),
);

/** The form of the connect dialog. Problems are shown beside the field they concern. */
export function ConnectForm({ prefill, more }: Connecting) {
  const { closeConnectDialog } = useActions();
  const secretStorage = useAppState(({ server }) => server.start?.secretStorage ?? null);
  const { form, busy, outcome, test, connect, changeTo, signIn, beginSignIn, leaveSignIn } =
    useConnectForm(prefill);
  const system = form.values.remote;
  const byBrowser = signsIn(form.values);
  const ready = !byBrowser || form.values.signIn !== '';
  return (
    <form onSubmit={form.onSubmit((values) => void connect(values))} noValidate data-testid="connect-form">
      <Stack gap="sm">
        <Group grow align="flex-start">
          <Select
            label="System"
            data={systems}
            allowDeselect={false}
            data-testid="connect-system"
            value={system}
            onChange={(remote) => remote !== null && changeTo(remote)}
          />
          <TextInput label="Name" data-testid="connect-name" {...form.getInputProps('name')} />
        </Group>
        <TextInput label="Address" type="url" data-testid="connect-url" {...form.getInputProps('url')} />
        {byBrowser ? (
          <AutodeskFields
            form={form}
            signIn={signIn}
            onSignIn={() => void beginSignIn()}
            onCancel={leaveSignIn}
          />
        ) : (
          <KeyFields form={form} />
        )}
        {more.length === 0 ? null : (
          <Text size="xs" c="dimmed" data-testid="connect-more">
            Connected along with it: {more.map(({ draft }) => `${draft.name} at ${draft.url}`).join(', ')}.
          </Text>
        )}
        {secretStorage?.persisted === false ? (
          <SecretNote word={byBrowser ? 'sign-in' : 'key'} reason={secretStorage.reason} />
        ) : null}
        {outcome === null ? null : (
          <Alert color={outcome.tone === 'good' ? 'green' : 'red'} p="xs">
            {outcome.text}
          </Alert>
        )}
        <Group justify="space-between" mt={4}>
          <Button variant="default" disabled={busy === 'connect'} onClick={closeConnectDialog}>
            Cancel
          </Button>
          <Group gap="xs">
            <Button
              variant="default"
              loading={busy === 'test'}
              disabled={!ready}
              data-testid="connect-test"
              onClick={() => form.onSubmit((values) => void test(values))()}
            >
              Test
            </Button>
            <Button
              type="submit"
              loading={busy === 'connect'}
              disabled={!ready}
              data-testid="connect-submit"
              data-autofocus
            >
              Connect
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

function KeyFields({ form }: { readonly form: UseFormReturnType<ConnectValues> }) {
  const system = form.values.remote;
  return (
    <>
      <TextInput
        label={scopeFields[system].label}
        description={scopeFields[system].hint}
        inputMode={system === 'clickie' ? 'numeric' : 'text'}
        data-testid="connect-scope"
        {...form.getInputProps('scope')}
      />
      <PasswordInput
        label={system === 'autodesk' ? 'Access token' : 'API key'}
        autoComplete="off"
        data-testid="connect-secret"
        {...form.getInputProps('secret')}
      />
    </>
  );
}

interface SecretNoteProps {
  readonly word: string;
  readonly reason: string | null;
}

function SecretNote({ word, reason }: SecretNoteProps) {
  return (
    <Text size="xs" c="dimmed">
      The {word} is kept in memory only and asked for again at each start
      {reason === null ? '.' : `: ${reason}`}
    </Text>
  );
}
