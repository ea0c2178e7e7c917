import { Text } from '@mantine/core';
import type { SyncPhase, SyncProgress } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectConnections, selectIsSyncing } from '../../store/selectors.ts';
import { formatCount } from '../../ui/format.ts';
import { WorkBar, WorkLine } from './WorkLine.tsx';

const phaseWords: Readonly<Record<SyncPhase, string>> = {
  identify: 'checking the identity',
  push: 'sending changes',
  entities: 'reading entities',
  relationships: 'reading relationships',
  verify: 'verifying',
};

/** How far a running sync is, and a way to stop it. Takes no room while nothing runs. */
export function ProgressLine() {
  const syncing = useAppState(selectIsSyncing);
  const progress = useAppState(({ server }) => server.progress);
  const connections = useAppState(selectConnections);
  const { cancelSync } = useActions();
  if (!syncing) return null;
  const running = connections.flatMap(({ id, name, progress: known }) => {
    const latest = progress.get(id) ?? known;
    return latest === null ? [] : [{ name, latest }];
  });
  return (
    <WorkLine work="sync" onCancel={() => void cancelSync()}>
      {running.length === 0 ? <Text size="xs">Starting the sync…</Text> : null}
      {running.map(({ name, latest }) => (
        <ProgressOf key={name} name={name} progress={latest} />
      ))}
    </WorkLine>
  );
}

/** How far the sync of one connection is. */
export function ProgressOf({ name, progress }: { readonly name: string; readonly progress: SyncProgress }) {
  const { phase, done, total } = progress;
  const label = `${name}: ${phaseWords[phase]}`;
  const text = `${label} · ${formatCount(done)}${total === null ? '' : ` of ${formatCount(total)}`}`;
  return <WorkBar label={label} text={text} done={done} total={total} />;
}
