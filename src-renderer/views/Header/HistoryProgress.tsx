import { Progress, Text } from '@mantine/core';
import { useAppState } from '../../store/context.ts';
import { formatCount } from '../../ui/format.ts';
import classes from './header.module.css';

const words = { undo: 'Undoing', redo: 'Redoing', revert: 'Taking back', look: 'Looking back' } as const;

/** How far a long undo, redo, revert or look into the past is. Takes no room while none runs. */
export function HistoryProgress() {
  const progress = useAppState(({ server }) => server.historyProgress);
  if (progress === null) return null;
  const { doing, done, total } = progress;
  return (
    <output className={classes.progress} data-testid="history-progress">
      <Text size="xs" style={{ flex: 'none' }}>
        {words[doing]}: {formatCount(done)} of {formatCount(total)}
      </Text>
      <Progress
        value={(done / Math.max(1, total)) * 100}
        size={4}
        style={{ flex: 1 }}
        aria-label={words[doing]}
      />
    </output>
  );
}
