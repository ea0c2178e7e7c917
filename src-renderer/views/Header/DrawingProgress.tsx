import { useActions, useAppState } from '../../store/context.ts';
import { WorkBar, WorkLine } from './WorkLine.tsx';

/** That a picture of the graph takes long to read, and a way to keep the one that is drawn. Takes no room otherwise. */
export function DrawingProgress() {
  const isReading = useAppState(({ server }) => server.drawingProgress !== null);
  const { cancelDrawing } = useActions();
  if (!isReading) return null;
  return (
    <WorkLine work="drawing" onCancel={() => void cancelDrawing()}>
      <WorkBar label="Reading the graph" text="Reading the graph…" done={0} total={null} />
    </WorkLine>
  );
}
