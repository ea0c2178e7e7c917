import { Group, Loader, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyText } from './CopyText.tsx';
import type { SignInState } from './sign-in-flow.ts';

type SignInWaitingProps = Pick<Extract<SignInState, { kind: 'waiting' }>, 'opened' | 'address'> & {
  /** What ends the wait. */
  readonly children?: ReactNode;
};

/** Says that a sign-in waits for the browser, and where to go if none opened. */
export function SignInWaiting({ opened, address, children }: SignInWaitingProps) {
  return (
    <Stack gap={4} miw={0} data-testid="sign-in-waiting">
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          <Loader size="xs" />
          <Text component="output" size="sm">
            {opened ? 'Waiting for you to sign in with the browser' : 'Open this address to sign in'}
          </Text>
        </Group>
        {children}
      </Group>
      <CopyText text={address} label="Copy the address of the sign-in" />
    </Stack>
  );
}
