import { Button, Group, Progress, Text } from '@mantine/core';
import type { SyncPhase, SyncProgress } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectConnections, selectIsSyncing } from '../../store/selectors.ts';
import { formatCount } from '../../ui/format.ts';
import classes from './header.module.css';

const phaseWords: Readonly<Record<SyncPhase, string>> = {
  identify: 'checking the key',
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
    <output className={classes.progress} data-testid="sync-progress">
      {running.length === 0 ? <Text size="xs">Starting the sync…</Text> : null}
      {running.map(({ name, latest }) => (
        <ProgressOf key={name} name={name} progress={latest} />
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        ml="auto"
        data-testid="sync-cancel"
        onClick={() => void cancelSync()}
      >
        Cancel
      </Button>
    </output>
  );
}

/** How far the sync of one connection is. */
export function ProgressOf({ name, progress }: { readonly name: string; readonly progress: SyncProgress }) {
  const { phase, done, total } = progress;
  const share = total === null || total === 0 ? 100 : Math.min(100, (done / total) * 100);
  return (
    <Group gap="xs" wrap="nowrap" style={{ flex: 1 }}>
      <Text size="xs" style={{ flex: 'none' }}>
        {name}: {phaseWords[phase]} · {formatCount(done)}
        {total === null ? '' : ` of ${formatCount(total)}`}
      </Text>
      <Progress
        value={share}
        animated={total === null}
        size={4}
        style={{ flex: 1 }}
        aria-label={`${name}: ${phaseWords[phase]}`}
      />
    </Group>
  );
}
