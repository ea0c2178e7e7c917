import { Center, Code, Loader, Stack, Text } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { countOf } from '../../ui/format.ts';

/** What a push would send now. Opening this sends nothing. */
export function DryRunDialog() {
  const shown = useAppState(({ view }) => view.dryRun !== null);
  const answer = useAppState(({ server }) => server.dryRun);
  const { closeDryRun } = useActions();
  const count = answer?.reduce((sum, { requests }) => sum + requests.length, 0) ?? 0;
  return (
    <Dialog opened={shown} onClose={closeDryRun} title="What would be sent" size={620}>
      {answer === null ? (
        <Center h={80}>
          <Loader size="sm" />
        </Center>
      ) : (
        <Stack gap="md" data-testid="dry-run-answer">
          <Text size="sm">
            {count === 0 ? 'A push would send nothing.' : `A push would send ${countOf(count, 'request')}.`}{' '}
            Nothing is sent by looking.
          </Text>
          {answer
            .filter(({ requests }) => requests.length > 0)
            .map(({ connection, requests }) => (
              <Stack key={connection} gap={6}>
                <Text size="xs" fw={600} c="dimmed">
                  {connection}
                </Text>
                {requests.map(({ id, method, path, condition }) => (
                  <div key={`${id} ${method} ${path}`}>
                    <Code block fz="xs">
                      {method} {path}
                    </Code>
                    {condition === null ? null : (
                      <Text size="xs" c="dimmed" pl={8}>
                        {condition}
                      </Text>
                    )}
                  </div>
                ))}
              </Stack>
            ))}
        </Stack>
      )}
    </Dialog>
  );
}
