import type { CareWork } from '../../../src-preload/contract/events.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { formatShare } from '../../ui/format.ts';
import { WorkBar, WorkLine } from './WorkLine.tsx';

const words: Readonly<Record<CareWork, string>> = {
  backup: 'Backing up',
  check: 'Checking the workspace',
  compact: 'Compacting',
  restore: 'Copying the backup',
  recover: 'Recovering',
};

/** How far the work on the workspace file is, and a way to stop it. Takes no room while there is none. */
export function CareProgress() {
  const progress = useAppState(({ server }) => server.careProgress);
  const { cancelCare } = useActions();
  if (progress === null) return null;
  const { work, phase, done, total } = progress;
  const text = `${words[work]}: ${phase === 'waiting' ? 'waiting for its turn' : formatShare(done, total)}`;
  return (
    <WorkLine work="care" onCancel={() => void cancelCare()}>
      <WorkBar label={words[work]} text={text} done={done} total={Math.max(1, total)} />
    </WorkLine>
  );
}
