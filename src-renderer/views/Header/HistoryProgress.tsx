import { useActions, useAppState } from '../../store/context.ts';
import { focusPanel } from '../../ui/focus-panel.ts';
import { formatCount, formatShare } from '../../ui/format.ts';
import { WorkBar, WorkLine } from './WorkLine.tsx';

const words = { undo: 'Undoing', redo: 'Redoing', revert: 'Taking back', look: 'Looking back' } as const;

/** How far a long undo, redo, revert or look into the past is, and a way to stop a look. Takes no room while none runs. */
export function HistoryProgress() {
  const progress = useAppState(({ server }) => server.historyProgress);
  const { cancelLooking } = useActions();
  if (progress === null) return null;
  const { doing, name, done, total } = progress;
  const far = doing === 'look' ? formatShare(done, total) : `${formatCount(done)} of ${formatCount(total)}`;
  const cancel = () => {
    focusPanel(); // the button goes away with its line
    void cancelLooking();
  };
  const text = `${words[doing]}: ${far}`;
  return (
    <WorkLine work="history" onCancel={name === null ? null : cancel}>
      <WorkBar label={words[doing]} text={text} done={done} total={total} />
    </WorkLine>
  );
}
