import { Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ConnectionStatus, Failure } from '../../../src-preload/contract/model.ts';
import { useActions } from '../../store/context.ts';
import { toProblemText } from '../../store/problems.ts';
import classes from './banners.module.css';

interface SyncFailureBannerProps {
  readonly connection: ConnectionStatus;
  readonly failure: Failure;
}

/** Says that the last sync of a connection failed, what was kept, and where to see more; until a sync succeeds. */
export function SyncFailureBanner({ connection, failure }: SyncFailureBannerProps) {
  const { sync, openPanel } = useActions();
  return (
    <output className={classes.banner} data-tone="bad" data-testid="sync-failure">
      <IconAlertTriangle size={16} />
      <Text size="sm" lineClamp={3} className={classes.text}>
        The last sync of <b>{connection.name}</b> failed:{' '}
        {toProblemText(failure, 'Your changes are kept. What is shown is the last known state.')}
      </Text>
      <Button variant="default" size="compact-xs" onClick={() => openPanel('reports')}>
        Show the report
      </Button>
      <Button variant="default" size="compact-xs" onClick={() => void sync('both', connection.id)}>
        Sync again
      </Button>
    </output>
  );
}
