import { Badge, Button, Group, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { toKindWord } from '../../../src-preload/contract/kind-words.ts';
import {
  type EntityDetail,
  type EntityId,
  type EntityOrigin,
  LOCAL_CONNECTION_NAME,
} from '../../../src-preload/contract/model.ts';
import { toOriginPlace } from '../../../src-preload/contract/origin-words.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { CopyText } from '../../ui/CopyText.tsx';
import { formatMoment } from '../../ui/format.ts';
import { KindIcon } from '../../ui/KindIcon.tsx';
import { AddRelationship } from './AddRelationship.tsx';
import { Explain } from './Explain.tsx';
import { FieldTable } from './FieldTable.tsx';
import classes from './inspector.module.css';
import { RelationshipList } from './RelationshipList.tsx';

/** One entity: what it is, what the remote says of it, and how it relates. */
export function EntityInspector({ id }: { readonly id: EntityId }) {
  const entity = useAppState(({ server }) => (server.entity?.id === id ? server.entity : null));
  if (entity === null) {
    return (
      <Stack p="md" gap="sm" aria-label="Loading">
        <Skeleton h={18} w="70%" />
        <Skeleton h={12} w="40%" />
        <Skeleton h={90} />
      </Stack>
    );
  }
  return (
    <>
      <EntityHead entity={entity} />
      <RelationshipList entity={entity} />
      <AddRelationship key={entity.id} entity={entity} />
      <Explain key={`paths of ${entity.id}`} entity={entity} />
      <FieldTable fields={entity.fields} />
    </>
  );
}

function EntityHead({ entity }: { readonly entity: EntityDetail }) {
  const isOwn = entity.connection === LOCAL_CONNECTION_NAME;
  return (
    <div className={classes.section}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <KindIcon kind={entity.kind} size={20} />
        <Title
          order={2}
          fz="md"
          lh={1.3}
          dir="auto"
          lineClamp={6}
          title={entity.name}
          style={{ overflowWrap: 'anywhere' }}
          data-testid="inspector-name"
        >
          {entity.name}
        </Title>
      </Group>
      <Group gap={6} mt={6}>
        <Badge size="sm" variant="light" color="gray">
          {toKindWord(entity.kind)}
        </Badge>
        {entity.archived ? (
          <Badge size="sm" variant="outline" color="gray">
            Archived
          </Badge>
        ) : null}
        {entity.removed ? (
          <Tooltip
            label={
              isOwn
                ? 'It was removed here. Undo brings it back.'
                : 'The remote proved that it no longer has it. What you related stays.'
            }
          >
            <Badge size="sm" variant="outline" color="red">
              {isOwn ? 'Removed' : 'Removed at the remote'}
            </Badge>
          </Tooltip>
        ) : null}
        <CopyText text={entity.address} label="Copy the address" />
      </Group>
      <CheckLine entity={entity} />
      {isOwn && !entity.removed ? <OwnLine entity={entity} /> : null}
      {entity.origin === null ? null : <OriginLine origin={entity.origin} />}
    </div>
  );
}

/** What can be done with an entity of the workspace's own. */
function OwnLine({ entity: { id, name, kind } }: { readonly entity: EntityDetail }) {
  const { draftOwnEntity, removeOwnEntity } = useActions();
  return (
    <Group gap={4} mt={8} wrap="nowrap">
      <Text size="xs" c="dimmed" mr="auto">
        Only in this workspace
      </Text>
      <Button
        variant="subtle"
        size="compact-xs"
        data-testid="own-entity-edit"
        onClick={() => draftOwnEntity({ id, name, kind })}
      >
        Rename…
      </Button>
      <Button
        variant="subtle"
        size="compact-xs"
        data-testid="own-entity-remove"
        onClick={() => void removeOwnEntity(id, name)}
      >
        Remove
      </Button>
    </Group>
  );
}

/** Where an import says that it came from. */
function OriginLine({ origin }: { readonly origin: EntityOrigin }) {
  const { id, firstSeenAt } = origin;
  const since = firstSeenAt === null ? '' : `, there since ${formatMoment(firstSeenAt)}`;
  return (
    <Text
      size="xs"
      c="dimmed"
      mt={4}
      dir="auto"
      style={{ overflowWrap: 'anywhere' }}
      data-testid="entity-origin"
    >
      Imported: was {id} of {toOriginPlace(origin)}
      {since}
    </Text>
  );
}

function CheckLine({ entity }: { readonly entity: EntityDetail }) {
  const { checkEntity } = useActions();
  const [busy, setBusy] = useState(false);
  if (entity.connection === LOCAL_CONNECTION_NAME) return null;
  const check = async () => {
    setBusy(true);
    await checkEntity(entity.id);
    setBusy(false);
  };
  const asOf = entity.relationshipsAsOf;
  return (
    <Group gap={8} mt={8} justify="space-between" wrap="nowrap">
      <Text size="xs" c="dimmed">
        {asOf === null ? 'Relationships not read yet' : `Relationships as of ${formatMoment(asOf)}`}
      </Text>
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconRefresh size={13} />}
        loading={busy}
        data-testid="check-now"
        onClick={() => void check()}
      >
        Check now
      </Button>
    </Group>
  );
}
