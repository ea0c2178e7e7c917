import { Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconKey, IconRefresh } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';
import { selectConnections } from '../../store/selectors.ts';
import classes from './banners.module.css';
import { SecretBanner } from './SecretBanner.tsx';

/** What the whole window has to say: a restart, a read that failed, a key that is asked again. */
export function Banners() {
  const restarting = useAppState(({ server }) => server.restarting);
  const failure = useAppState(({ server }) => server.readFailure);
  const { readAgain } = useActions();
  const waiting = useAppState((state) =>
    selectConnections(state).filter(({ state: is }) => is === 'needs-secret'),
  );
  return (
    <>
      {restarting === null ? null : (
        <output className={classes.banner} data-testid="restart-banner">
          <IconRefresh size={16} />
          <Text size="sm">Reconnecting: {restarting} Everything that was confirmed is kept.</Text>
        </output>
      )}
      {failure === null || restarting !== null ? null : (
        <div className={classes.banner} role="alert" data-tone="bad">
          <IconAlertTriangle size={16} />
          <Text size="sm">
            Could not read {failure.what}: {failure.message} What is shown may be out of date.
          </Text>
          <Button variant="default" size="compact-xs" onClick={readAgain}>
            Try again
          </Button>
        </div>
      )}
      {waiting.map((connection) => (
        <div key={connection.id} className={classes.banner} data-testid="secret-banner">
          <IconKey size={16} />
          <SecretBanner connection={connection} />
        </div>
      ))}
    </>
  );
}
