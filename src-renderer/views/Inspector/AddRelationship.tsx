import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { EntityDetail, EntitySummary } from '../../../src-preload/contract/model.ts';
import { useActions } from '../../store/context.ts';
import { EntityPicker } from '../../ui/EntityPicker.tsx';
import { OnlyHereField } from '../../ui/OnlyHereField.tsx';
import { TypeField } from '../../ui/TypeField.tsx';
import { usePairVerdict } from '../../ui/use-verdicts.ts';
import classes from './inspector.module.css';

/** Relates the inspected entity to another one, without the mouse and without the graph. */
export function AddRelationship({ entity }: { readonly entity: EntityDetail }) {
  const [shown, setShown] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    flushSync(() => setShown(false));
    opener.current?.focus();
  };
  return (
    <section className={classes.section} aria-label="Add relationship">
      {shown ? (
        <AddForm entity={entity} onClose={close} />
      ) : (
        <Button
          ref={opener}
          variant="default"
          fullWidth
          leftSection={<IconPlus size={14} />}
          data-testid="add-relationship"
          onClick={() => setShown(true)}
        >
          Add relationship
        </Button>
      )}
    </section>
  );
}

const directions = [
  { value: 'outgoing', label: 'Is parent of →' },
  { value: 'incoming', label: '← Is child of' },
];

function AddForm({ entity, onClose }: { readonly entity: EntityDetail; readonly onClose: () => void }) {
  const { relate } = useActions();
  const [other, setOther] = useState<EntitySummary | null>(null);
  const [direction, setDirection] = useState('outgoing');
  const [type, setType] = useState('');
  const [onlyHere, setOnlyHere] = useState(false);
  const cross = other !== null && other.connectionId !== entity.connectionId;
  const local = onlyHere || cross;
  const end = direction === 'outgoing' ? 'source' : 'target';
  const written = type.trim() === '' ? null : type;
  const pair = { entityId: entity.id, end, local } as const;
  const { needsType, problem } = usePairVerdict({ ...pair, otherId: other?.id ?? null, type: written ?? '' });
  const create = async () => {
    if (other === null || problem !== null) return;
    const [sourceId, targetId] = direction === 'outgoing' ? [entity.id, other.id] : [other.id, entity.id];
    const made = await relate({
      sourceId,
      targetId,
      type: written,
      local,
    });
    if (made !== undefined) onClose();
  };
  return (
    <Stack
      gap={10}
      data-testid="add-relationship-form"
      onKeyDown={({ key, defaultPrevented }) => {
        if (key === 'Escape' && !defaultPrevented) onClose();
      }}
    >
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Direction"
        value={direction}
        onChange={setDirection}
        data={directions}
      />
      <EntityPicker
        label="Other entity"
        startsFocused
        value={other}
        ownId={entity.id}
        judged={{ ...pair, local: onlyHere, type: written }}
        onPick={setOther}
      />
      <TypeField
        value={type}
        required={needsType}
        problem={problem}
        onChange={setType}
        onEnter={() => void create()}
      />
      <OnlyHereField checked={local} cross={cross} onChange={setOnlyHere} />
      <Group gap="xs" justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={other === null || problem !== null}
          data-testid="add-create"
          onClick={() => void create()}
        >
          Create
        </Button>
      </Group>
    </Stack>
  );
}
