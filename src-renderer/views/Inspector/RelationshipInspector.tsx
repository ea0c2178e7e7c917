import { ActionIcon, Button, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowsUpDown, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { flagWords } from '../../../src-preload/contract/flag-words.ts';
import type { EntitySummary, Relationship, RelationshipId } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { isPending } from '../../store/relationship-state.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { FlagBadges } from '../../ui/FlagBadges.tsx';
import { StateBadge, stateWords } from '../../ui/StateBadge.tsx';
import { TypeField } from '../../ui/TypeField.tsx';
import classes from './inspector.module.css';

/** One relationship: its ends, type and state, and what can be done with it. */
export function RelationshipInspector({ id }: { readonly id: RelationshipId }) {
  const relationship = useAppState(({ server }) =>
    server.relationship?.id === id ? server.relationship : null,
  );
  const gone = useAppState(({ server }) => server.goneRelationshipId === id);
  if (gone) {
    return (
      <EmptyNote title="Not here any more">
        This relationship is gone. The history tells when, and undo brings back what you removed.
      </EmptyNote>
    );
  }
  if (relationship === null) return <Skeleton h={90} m="md" aria-label="Loading" />;
  const { source, target, state, cause, connection, flags } = relationship;
  return (
    <div className={classes.section} data-testid="relationship-inspector">
      <Title order={2} fz="md" mb={10}>
        Relationship
      </Title>
      <Stack gap={4}>
        <End entity={source} />
        <IconArrowDown size={14} style={{ marginLeft: 8 }} aria-hidden />
        <VisuallyHidden>is parent of</VisuallyHidden>
        <End entity={target} />
      </Stack>
      <Group gap={8} mt={12} wrap="nowrap" align="flex-start">
        <StateBadge state={state} cause={cause} />
        <Text size="xs" c="dimmed" lh={1.5}>
          {cause ?? stateWords[state].meaning} Connection: {connection}.
        </Text>
      </Group>
      <Flags flags={flags} />
      <TypeForm key={relationship.type ?? ''} relationship={relationship} />
      <Buttons relationship={relationship} />
    </div>
  );
}

function Flags({ flags }: Pick<Relationship, 'flags'>) {
  return flags.map((flag) => (
    <Group key={flag} gap={8} mt={8} wrap="nowrap" align="flex-start">
      <FlagBadges flags={[flag]} />
      <Text size="xs" c="dimmed" lh={1.5} aria-hidden>
        {flagWords[flag].meaning}
      </Text>
    </Group>
  ));
}

function End({ entity }: { readonly entity: EntitySummary }) {
  const { selectEntity } = useActions();
  return (
    <Button
      variant="default"
      justify="flex-start"
      fullWidth
      styles={{ label: { minWidth: 0 } }}
      onClick={() => selectEntity(entity.id)}
    >
      <EntityLabel entity={entity} />
    </Button>
  );
}

function TypeForm({ relationship }: { readonly relationship: Relationship }) {
  const { retype } = useActions();
  const [type, setType] = useState(relationship.type ?? '');
  const next = type === '' ? null : type;
  const changed = next !== relationship.type;
  const save = () => (changed ? void retype(relationship.id, next) : undefined);
  const { id, source, target } = relationship;
  return (
    <Group gap={8} mt={14} align="flex-end" wrap="nowrap">
      <div style={{ flex: 1 }}>
        <TypeField label="Type" value={type} onChange={setType} onEnter={save} />
      </div>
      <Button variant="default" disabled={!changed} data-testid="retype" onClick={save}>
        Change
      </Button>
      <ActionIcon
        size="md"
        variant="default"
        disabled={next === null}
        aria-label={`Say the type from ${target.name} to ${source.name}`}
        title={`The other way round: from ${target.name} to ${source.name}`}
        data-testid="turn-type"
        onClick={() => void retype(id, next, target.id)}
      >
        <IconArrowsUpDown size={14} />
      </ActionIcon>
    </Group>
  );
}

function Buttons({ relationship }: { readonly relationship: Relationship }) {
  const { unrelate, dropChange, openPanel } = useActions();
  const { id, state } = relationship;
  return (
    <Group gap={8} mt={14}>
      {state === 'conflict' ? (
        <Button onClick={() => openPanel('conflicts')}>Decide the conflict</Button>
      ) : null}
      {isPending(state) ? (
        <Button variant="default" data-testid="drop-change" onClick={() => void dropChange(id)}>
          Drop the pending change
        </Button>
      ) : null}
      {state === 'delete' ? null : (
        <Button
          variant="default"
          color="red"
          leftSection={<IconTrash size={14} />}
          data-testid="unrelate"
          onClick={() => void unrelate(id)}
        >
          Remove
        </Button>
      )}
    </Group>
  );
}
