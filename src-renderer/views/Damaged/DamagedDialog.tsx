import { Button, Group, Stack, Text } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { CareProgress } from '../Header/CareProgress.tsx';

/** What can be done with a workspace that is damaged: the file itself is never changed. */
export function DamagedDialog() {
  const path = useAppState(({ view }) => view.damagedPath);
  const isBusy = useAppState(({ server }) => server.careProgress !== null);
  const { leaveDamaged, restoreWorkspace, recoverWorkspace } = useActions();
  /** What runs shows how far it is only here. */
  const leave = () => {
    if (!isBusy) leaveDamaged();
  };
  return (
    <Dialog opened={path !== null} onClose={leave} title="This workspace is damaged" size={560}>
      <Stack gap="sm" data-testid="damaged-dialog">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {path} cannot be opened, or not read whole. The file was not changed.
        </Text>
        <Text size="sm">
          A backup brings back everything until it was made; the damaged file is kept beside it. Without one,
          what can still be read is copied into a new workspace.
        </Text>
        <CareProgress />
        <Group justify="flex-end" gap="xs">
          <Button variant="subtle" disabled={isBusy} onClick={leave}>
            Close
          </Button>
          <Button
            variant="default"
            data-testid="recover"
            disabled={isBusy}
            onClick={() => path !== null && void recoverWorkspace(path)}
          >
            Recover what can be read…
          </Button>
          <Button
            data-testid="restore"
            disabled={isBusy}
            onClick={() => path !== null && void restoreWorkspace(path)}
          >
            Restore a backup…
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
