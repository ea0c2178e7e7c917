import type { CareWork } from '../../../src-preload/contract/events.ts';
import { useActions, useAppState } from '../../store/context.ts';
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
  const share = `${Math.floor((done / Math.max(1, total)) * 100)} %`;
  const text = `${words[work]}: ${phase === 'waiting' ? 'waiting for its turn' : share}`;
  return (
    <WorkLine work="care" onCancel={() => void cancelCare()}>
      <WorkBar label={words[work]} text={text} done={done} total={Math.max(1, total)} />
    </WorkLine>
  );
}
