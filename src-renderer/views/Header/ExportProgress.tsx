import { useActions, useAppState } from '../../store/context.ts';
import { formatCount, formatShare } from '../../ui/format.ts';
import { WorkBar, WorkLine } from './WorkLine.tsx';

/** How far an export is, and a way to stop it. Takes no room while none runs. */
export function ExportProgress() {
  const progress = useAppState(({ server }) => server.exportProgress);
  const { cancelExport } = useActions();
  if (progress === null) return null;
  const { done, total } = progress;
  const far = total === null ? `${formatCount(done)} so far` : formatShare(done, total);
  return (
    <WorkLine work="export" onCancel={() => void cancelExport()}>
      <WorkBar label="Exporting" text={`Exporting: ${far}`} done={done} total={total} />
    </WorkLine>
  );
}
