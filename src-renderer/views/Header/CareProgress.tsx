import { Button, Progress, Text } from '@mantine/core';
import type { CareWork } from '../../../src-preload/contract/events.ts';
import { useActions, useAppState } from '../../store/context.ts';
import classes from './header.module.css';

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
  const share = (done / Math.max(1, total)) * 100;
  return (
    <output className={classes.progress} data-testid="care-progress">
      <Text size="xs" style={{ flex: 'none' }}>
        {words[work]}: {phase === 'waiting' ? 'waiting for its turn' : `${Math.floor(share)} %`}
      </Text>
      <Progress value={share} size={4} style={{ flex: 1 }} aria-label={words[work]} />
      <Button
        variant="subtle"
        size="compact-xs"
        ml="auto"
        data-testid="care-cancel"
        onClick={() => void cancelCare()}
      >
        Cancel
      </Button>
    </output>
  );
}
