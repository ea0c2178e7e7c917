import { ActionIcon, Box, Button, FocusTrap, Group, Stack, Text } from '@mantine/core';
import { useFocusReturn } from '@mantine/hooks';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useState } from 'react';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectEntity } from '../../store/selectors.ts';
import type { RelateDraft } from '../../store/state.ts';
import { OnlyHereField } from '../../ui/OnlyHereField.tsx';
import { TypeField } from '../../ui/TypeField.tsx';
import { usePairVerdict } from '../../ui/use-verdicts.ts';
import classes from './graph.module.css';

/** Asks for the little a drawn relationship still needs. Enter creates it as it is. */
export function RelatePopover() {
  const draft = useAppState(({ view }) => view.relateDraft);
  useFocusReturn({ opened: draft !== null });
  return draft === null ? null : <RelateForm key={`${draft.sourceId}-${draft.targetId}`} draft={draft} />;
}

function RelateForm({ draft }: { readonly draft: RelateDraft }) {
  const { relate, draftRelationship } = useActions();
  const [turned, setTurned] = useState(false);
  const [sourceId, targetId] = turned ? [draft.targetId, draft.sourceId] : [draft.sourceId, draft.targetId];
  const ends = useEnds(sourceId, targetId);
  const [type, setType] = useState('');
  const [onlyHere, setOnlyHere] = useState(ends.cross);
  const written = type.trim() === '' ? null : type;
  const { needsType, problem } = usePairVerdict({
    entityId: sourceId,
    end: 'source',
    otherId: targetId,
    local: onlyHere,
    type: written ?? '',
  });
  const create = () =>
    problem === null ? void relate({ sourceId, targetId, type: written, local: onlyHere }) : undefined;
  return (
    <FocusTrap>
      <Box
        component="dialog"
        open
        className={classes.popover}
        aria-label="New relationship"
        data-testid="relate-popover"
        style={{ '--x': `${draft.x}px`, '--y': `${draft.y}px` }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          draftRelationship(null);
        }}
      >
        <Stack gap={10}>
          <Group gap={8} wrap="nowrap" justify="space-between">
            <Text size="sm" lh={1.35} lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
              <b dir="auto">{ends.source}</b> → <b dir="auto">{ends.target}</b>
            </Text>
            <ActionIcon
              size="sm"
              variant="default"
              aria-label="Swap the ends"
              data-testid="relate-swap"
              onClick={() => setTurned(!turned)}
            >
              <IconArrowsExchange size={13} />
            </ActionIcon>
          </Group>
          <TypeField
            value={type}
            required={needsType}
            problem={problem}
            onChange={setType}
            onEnter={create}
          />
          <OnlyHereField checked={onlyHere} cross={ends.cross} onChange={setOnlyHere} />
          <Group gap="xs" justify="flex-end">
            <Button variant="default" onClick={() => draftRelationship(null)}>
              Cancel
            </Button>
            <Button
              data-autofocus
              data-testid="relate-create"
              aria-disabled={problem !== null}
              data-disabled={problem !== null}
              onClick={create}
            >
              Create
            </Button>
          </Group>
        </Stack>
      </Box>
    </FocusTrap>
  );
}

function useEnds(sourceId: EntityId, targetId: EntityId) {
  const source = useAppState((state) => selectEntity(state, sourceId));
  const target = useAppState((state) => selectEntity(state, targetId));
  return {
    source: source?.name ?? 'First entity',
    target: target?.name ?? 'Second entity',
    cross: source !== null && target !== null && source.connectionId !== target.connectionId,
  };
}
