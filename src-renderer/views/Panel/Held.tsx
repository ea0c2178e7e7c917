import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { HeldRemoval } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { formatCount, formatMoment } from '../../ui/format.ts';
import classes from './panel.module.css';

/** Removals that the guard stopped because they looked like a mistake. */
export function Held() {
  const held = useAppState(({ server }) => server.held);
  if (held === null) return null;
  if (held.length === 0) {
    return (
      <EmptyNote title="Nothing is held">
        Where a remote suddenly lacks a great deal, or a push would delete a great deal there, Weft asks you
        here first.
      </EmptyNote>
    );
  }
  return (
    <Stack gap={8} p={10} data-testid="held">
      {held.map((removal) => (
        <HeldCard key={removal.id} removal={removal} />
      ))}
    </Stack>
  );
}

function HeldCard({ removal }: { readonly removal: HeldRemoval }) {
  const { releaseHeld } = useActions();
  const { id, connection, what, side, count, total, reason, sample, heldAt, released } = removal;
  const amount = `${formatCount(count)} of ${formatCount(total)} ${what}`;
  const askRelease = () =>
    modals.openConfirmModal({
      title: `Release ${amount}?`,
      children: (
        <Text size="sm">
          {side === 'here'
            ? `The next sync of ${connection} removes exactly these ${what} from this workspace. What you related yourself stays.`
            : `The next sync deletes exactly these ${what} on ${connection}, for everyone there.`}
        </Text>
      ),
      labels: { confirm: 'Release', cancel: 'Keep holding' },
      confirmProps: { color: 'red' },
      onConfirm: () => void releaseHeld(id),
    });
  return (
    <Paper className={classes.card} data-testid="held-removal">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text size="sm" fw={500}>
            {connection}: {amount} would go {side}
          </Text>
          <Text size="xs">{reason}</Text>
          <Text size="xs" c="dimmed" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {sample.join(', ')}
            {count > sample.length ? ` and ${formatCount(count - sample.length)} more` : ''}
          </Text>
        </div>
        <Group gap={10} wrap="nowrap" style={{ flex: 'none' }}>
          <Text size="xs" c="dimmed">
            held {formatMoment(heldAt)}
          </Text>
          {released ? (
            <Text size="xs">Released: goes with the next sync</Text>
          ) : (
            <Button variant="default" data-testid="release" onClick={askRelease}>
              Release…
            </Button>
          )}
        </Group>
      </Group>
    </Paper>
  );
}
