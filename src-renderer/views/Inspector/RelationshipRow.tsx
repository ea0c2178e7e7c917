import { ActionIcon, Menu, UnstyledButton } from '@mantine/core';
import { IconArrowBack, IconDots, IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { memo, useRef } from 'react';
import type { EntityId, Relationship } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { isPending } from '../../store/relationship-state.ts';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { FlagBadges } from '../../ui/FlagBadges.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import classes from './inspector.module.css';

interface RelationshipRowProps {
  readonly relationship: Relationship;
  /** The entity that is looked at; the row shows the other end. */
  readonly entityId: EntityId;
}

/** One relationship of the inspected entity, by its other end. */
export const RelationshipRow = memo(function RelationshipRow({
  relationship,
  entityId,
}: RelationshipRowProps) {
  const { selectEntity } = useActions();
  const { source, target, state, cause, flags } = relationship;
  const other = source.id === entityId ? target : source;
  const readFromTarget = useAppState(({ server }) => server.readFromTarget);
  const type = source.id === entityId ? relationship.type : readFromTarget(relationship.type);
  return (
    <li className={classes.row} data-testid="relationship-row" data-state={state}>
      <UnstyledButton
        className={classes.end}
        title={`Select ${other.name}`}
        onClick={() => selectEntity(other.id)}
      >
        <EntityLabel entity={other} />
      </UnstyledButton>
      {type === null ? null : (
        <span className={classes.type} title={relationship.type ?? type} data-testid="relationship-type-read">
          {type}
        </span>
      )}
      <FlagBadges flags={flags} />
      {state === 'synced' ? null : <StateBadge state={state} cause={cause} />}
      <RowMenu relationship={relationship} otherName={other.name} />
    </li>
  );
});

function RowMenu({
  relationship,
  otherName,
}: {
  readonly relationship: Relationship;
  readonly otherName: string;
}) {
  const { unrelate, selectRelationship, dropChange } = useActions();
  const { id, state } = relationship;
  const menu = useRef<HTMLButtonElement>(null);
  const remove = () => {
    // The button goes with what it removes; the focus moves on first, so that it is not lost.
    menu.current?.focus();
    void unrelate(id);
  };
  return (
    <>
      {state === 'delete' ? null : (
        <ActionIcon
          size="sm"
          aria-label={`Remove the relationship with ${otherName}`}
          data-testid="remove-relationship"
          onClick={remove}
        >
          <IconTrash size={13} />
        </ActionIcon>
      )}
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon
            ref={menu}
            size="sm"
            aria-label={`More about the relationship with ${otherName}`}
            data-testid="relationship-menu"
          >
            <IconDots size={13} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconInfoCircle size={14} />} onClick={() => selectRelationship(id)}>
            Show and change its type…
          </Menu.Item>
          {isPending(state) ? (
            <Menu.Item leftSection={<IconArrowBack size={14} />} onClick={() => void dropChange(id)}>
              Drop the pending change
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
