import { Group, UnstyledButton } from '@mantine/core';
import { toKindWord } from '../../../src-preload/contract/kind-words.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { formatCount } from '../../ui/format.ts';
import { KindIcon } from '../../ui/KindIcon.tsx';
import classes from './entity-list.module.css';

/** Narrows the list to kinds; none pressed means all. */
export function KindChips() {
  const kinds = useAppState(({ server }) => server.workspace?.kinds ?? []);
  const chosen = useAppState(({ view }) => view.filter.kinds);
  const { toggleKind } = useActions();
  if (kinds.length < 2 && chosen.length === 0) return null;
  return (
    <Group gap={4} role="toolbar" aria-label="Kinds">
      {kinds.map(({ kind, count }) => (
        <UnstyledButton
          key={kind}
          className={classes.kind}
          aria-pressed={chosen.includes(kind)}
          data-testid={`kind-${kind}`}
          onClick={() => toggleKind(kind)}
        >
          <KindIcon kind={kind} size={13} />
          {toKindWord(kind)}
          <span className={classes.kindCount}>{formatCount(count)}</span>
        </UnstyledButton>
      ))}
    </Group>
  );
}
