import { Button, Group, Stack, Text } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { CareProgress } from '../Header/CareProgress.tsx';
import { WaysOut, waysOut } from './WaysOut.tsx';

/** What can be done with a workspace that is damaged. */
export function DamagedDialog() {
  const damaged = useAppState(({ view }) => view.damaged);
  const isBusy = useAppState(({ server }) => server.careProgress !== null);
  const { leaveDamaged } = useActions();
  /** What runs shows how far it is only here. */
  const leave = () => {
    if (!isBusy) leaveDamaged();
  };
  return (
    // at the top, where no notice lies over its buttons
    <Dialog
      opened={damaged !== null}
      onClose={leave}
      title="This workspace is damaged"
      size={560}
      centered={false}
      yOffset="5dvh"
    >
      {damaged === null ? null : (
        <Stack gap="sm" data-testid="damaged-dialog">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {damaged.reason}
          </Text>
          <Text size="sm">{waysOut}</Text>
          <CareProgress />
          <Group justify="flex-end" gap="xs">
            <Button variant="subtle" disabled={isBusy} onClick={leave}>
              Close
            </Button>
            <WaysOut path={damaged.path} size="sm" />
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
