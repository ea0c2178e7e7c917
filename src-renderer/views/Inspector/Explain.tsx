import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { EntityDetail, EntitySummary } from '../../../src-preload/contract/model.ts';
import type { Explanation as Found } from '../../../src-preload/contract/queries.ts';
import { useActions } from '../../store/context.ts';
import { EntityPicker } from '../../ui/EntityPicker.tsx';
import { Explanation } from './Explanation.tsx';
import classes from './inspector.module.css';

/** Asks how the inspected entity hangs together with another one. */
export function Explain({ entity }: { readonly entity: EntityDetail }) {
  const [shown, setShown] = useState(false);
  return (
    <section className={classes.section} aria-label="Find paths">
      {shown ? (
        <ExplainForm entity={entity} onClose={() => setShown(false)} />
      ) : (
        <Button
          variant="default"
          fullWidth
          leftSection={<IconRoute size={14} />}
          data-testid="explain"
          onClick={() => setShown(true)}
        >
          Find paths to…
        </Button>
      )}
    </section>
  );
}

function ExplainForm({ entity, onClose }: { readonly entity: EntityDetail; readonly onClose: () => void }) {
  const { other, found, isAsking, ask, cancel } = useExplanation(entity);
  return (
    <Stack gap={10} data-testid="explain-form">
      <EntityPicker
        label="Paths to"
        startsFocused
        value={other}
        ownId={entity.id}
        onPick={(picked) => void ask(picked)}
      />
      {isAsking ? (
        <Group gap="xs">
          <Loader size={12} />
          <Text size="xs">Looking for paths…</Text>
          <Button variant="subtle" size="compact-xs" ml="auto" data-testid="explain-cancel" onClick={cancel}>
            Cancel
          </Button>
        </Group>
      ) : null}
      {found === null || other === null ? null : <Explanation source={entity} target={other} found={found} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

/** One question at a time; it ends with the next one and with the form. */
function useExplanation(entity: EntityDetail) {
  const { explain } = useActions();
  const [other, setOther] = useState<EntitySummary | null>(null);
  const [found, setFound] = useState<Found | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const left = useRef<AbortController | null>(null);
  useEffect(() => () => left.current?.abort(), []);
  const cancel = () => {
    left.current?.abort();
    setIsAsking(false);
  };
  const ask = async (picked: EntitySummary | null) => {
    cancel();
    setOther(picked);
    setFound(null);
    if (picked === null) return;
    const asking = new AbortController();
    left.current = asking;
    setIsAsking(true);
    const answer = await explain(entity.id, picked.id, asking.signal);
    if (asking.signal.aborted) return;
    setIsAsking(false);
    setFound(answer ?? null);
  };
  return { other, found, isAsking, ask, cancel };
}
