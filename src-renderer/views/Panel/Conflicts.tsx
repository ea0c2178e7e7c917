import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import type { Conflict, ConflictChoice, ConflictSide } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { formatMoment } from '../../ui/format.ts';
import classes from './panel.module.css';

const choiceWords: Readonly<Record<ConflictChoice, string>> = {
  local: 'Keep mine',
  remote: 'Take theirs',
  both: 'Keep both',
};

/** What you and somebody else decided differently, with all three sides. */
export function Conflicts() {
  const conflicts = useAppState(({ server }) => server.conflicts);
  if (conflicts === null) return null;
  if (conflicts.length === 0) {
    return <EmptyNote title="No conflicts">You and everybody else agree on all that was read.</EmptyNote>;
  }
  return (
    <Stack gap={8} p={10} data-testid="conflicts">
      {conflicts.map((conflict) => (
        <ConflictCard key={conflict.id} conflict={conflict} />
      ))}
    </Stack>
  );
}

function ConflictCard({ conflict }: { readonly conflict: Conflict }) {
  const { resolveConflict } = useActions();
  const { id, source, target, cause, base, local, remote, choices, connection } = conflict;
  return (
    <Paper className={classes.card} data-testid="conflict">
      <Group gap={8} wrap="nowrap">
        <EntityLabel entity={source} />
        <Text size="sm">→</Text>
        <EntityLabel entity={target} />
        <Text size="xs" c="dimmed" ml="auto" style={{ flex: 'none' }}>
          {connection}
        </Text>
      </Group>
      <Text size="xs" mt={4}>
        {cause}
      </Text>
      <div className={classes.sides}>
        <Side title="Before" side={base} />
        <Side title="Yours" side={local} />
        <Side title="Theirs" side={remote} />
        <Group gap={6} ml="auto" style={{ alignSelf: 'flex-end' }}>
          {choices.map((choice) => (
            <Button
              key={choice}
              variant="default"
              data-testid={`keep-${choice}`}
              onClick={() => void resolveConflict(id, choice)}
            >
              {choiceWords[choice]}
            </Button>
          ))}
        </Group>
      </div>
    </Paper>
  );
}

function Side({ title, side }: { readonly title: string; readonly side: ConflictSide }) {
  return (
    <div className={classes.side}>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text size="sm" fw={500}>
        {side.present ? (side.type ?? 'related') : 'not related'}
      </Text>
      {side.at === null ? null : (
        <Text size="xs" c="dimmed">
          {formatMoment(side.at)}
        </Text>
      )}
    </div>
  );
}
