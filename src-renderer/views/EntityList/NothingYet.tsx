import { Button, Center, Stack, Text } from '@mantine/core';
import { IconPlugConnected, IconRefresh } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';
import { selectConnections, selectIsSyncing } from '../../store/selectors.ts';

/** The way on from an empty workspace: connect a system, or sync the one there is. */
export function NothingYet() {
  const connected = useAppState((state) => selectConnections(state).length > 0);
  const syncing = useAppState(selectIsSyncing);
  const { openConnectDialog, sync } = useActions();
  return (
    <Center h="100%" px="lg">
      <Stack align="center" gap="sm" ta="center">
        <Text size="sm" fw={500}>
          {syncing ? 'Reading for the first time…' : 'Nothing here yet'}
        </Text>
        <Text size="xs" c="dimmed">
          {connected
            ? 'A sync reads the entities of your connection into this workspace.'
            : 'Connect a system to read its entities and relationships into this workspace.'}
        </Text>
        {connected ? (
          <Button
            variant="default"
            leftSection={<IconRefresh size={14} />}
            disabled={syncing}
            onClick={() => void sync()}
          >
            Sync
          </Button>
        ) : (
          <Button
            leftSection={<IconPlugConnected size={14} />}
            data-testid="connect-first"
            onClick={() => openConnectDialog(null)}
          >
            Connect a system
          </Button>
        )}
      </Stack>
    </Center>
  );
}
