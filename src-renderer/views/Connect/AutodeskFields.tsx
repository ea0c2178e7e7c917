import { Anchor, Button, Group, Select, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconCheck } from '@tabler/icons-react';
import { type AutodeskOptions, autodeskRegions } from '../../../src-preload/contract/model.ts';
import { SignInWaiting } from '../../ui/SignInWaiting.tsx';
import type { SignInState } from '../../ui/sign-in-flow.ts';
import type { ConnectValues } from './connect-values.ts';

const regionLabels: Readonly<Record<AutodeskOptions['region'], string>> = {
  US: 'United States',
  EMEA: 'Europe (EMEA)',
  AUS: 'Australia',
  CAN: 'Canada',
  DEU: 'Germany',
  IND: 'India',
  JPN: 'Japan',
  GBR: 'United Kingdom',
};

interface AutodeskFieldsProps {
  readonly form: UseFormReturnType<ConnectValues>;
  readonly signIn: SignInState;
  readonly onSignIn: () => void;
  readonly onCancel: () => void;
}

/** What a connection to Autodesk needs: an app to sign in as, a sign-in, and one of the projects it opens. */
export function AutodeskFields({ form, signIn, onSignIn, onCancel }: AutodeskFieldsProps) {
  const locked = signIn.kind === 'starting' || signIn.kind === 'waiting';
  return (
    <>
      <Group grow align="flex-start">
        <TextInput
          label="Client ID"
          description="Of the app at Autodesk"
          readOnly={locked}
          autoComplete="off"
          data-testid="connect-client-id"
          {...form.getInputProps('clientId')}
        />
        <Select
          label="Region"
          description="Where the account is kept"
          data={autodeskRegions.map((value) => ({ value, label: regionLabels[value] }))}
          allowDeselect={false}
          data-testid="connect-region"
          {...form.getInputProps('region')}
        />
      </Group>
      <TextInput
        label="Callback"
        description="An address of this computer, as registered with the app"
        readOnly={locked}
        data-testid="connect-callback"
        {...form.getInputProps('callback')}
      />
      <SignInStep state={signIn} onSignIn={onSignIn} onCancel={onCancel} />
      {signIn.kind === 'done' ? <ProjectField form={form} {...signIn} /> : null}
    </>
  );
}

function SignInStep({
  state,
  onSignIn,
  onCancel,
}: {
  readonly state: SignInState;
  readonly onSignIn: () => void;
  readonly onCancel: () => void;
}) {
  switch (state.kind) {
    case 'idle':
    case 'starting':
      return (
        <Button
          variant="light"
          loading={state.kind === 'starting'}
          data-testid="connect-sign-in"
          onClick={onSignIn}
        >
          Sign in with the browser
        </Button>
      );
    case 'waiting':
      return (
        <SignInWaiting {...state}>
          <Button variant="default" size="xs" data-testid="connect-cancel-sign-in" onClick={onCancel}>
            Stop waiting
          </Button>
        </SignInWaiting>
      );
    case 'done':
      return (
        <Group justify="space-between" data-testid="connect-signed-in">
          <Group gap="xs">
            <IconCheck size={16} />
            <Text component="output" size="sm">
              Signed in
            </Text>
          </Group>
          <Anchor component="button" type="button" size="sm" onClick={onCancel}>
            Sign in as somebody else
          </Anchor>
        </Group>
      );
  }
}

type ProjectFieldProps = Pick<AutodeskFieldsProps, 'form'> & Extract<SignInState, { kind: 'done' }>;

/** A project is picked by its name; where the list does not say all, its id will do. */
function ProjectField({ form, projects, complete }: ProjectFieldProps) {
  const pick = (id: string | null) => {
    form.setFieldValue('scope', id ?? '');
    const region = projects.find((project) => project.id === id)?.region;
    const known = autodeskRegions.find((one) => one === region);
    if (known !== undefined) form.setFieldValue('region', known);
  };
  const { value, error } = form.getInputProps('scope');
  return (
    <>
      {projects.length === 0 ? <NoProject /> : null}
      {projects.length === 0 ? null : (
        <Select
          label="Project"
          placeholder="Type part of a name"
          searchable
          nothingFoundMessage="Nothing found"
          maxDropdownHeight={220}
          limit={100}
          data={projects.map(({ id, name, hub }) => ({ value: id, label: `${name} (${hub})` }))}
          value={projects.some(({ id }) => id === value) ? value : null}
          error={complete ? error : null}
          data-testid="connect-project"
          data-autofocus
          onChange={pick}
        />
      )}
      {complete && projects.length > 0 ? null : (
        <TextInput
          label="Project id"
          description="Not every project is listed; the id of one is enough"
          data-testid="connect-scope"
          {...form.getInputProps('scope')}
        />
      )}
    </>
  );
}

function NoProject() {
  return (
    <Text size="sm">
      The account shows no project. An administrator of it must add the client ID under Custom Integrations,
      and you must be a member of a project.
    </Text>
  );
}
