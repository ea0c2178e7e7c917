import { Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';
import { toProblemText } from '../../store/problems.ts';
import classes from './banners.module.css';

/** Says that something could not be read, so that nothing old passes for new; or why no workspace is open any more. */
export function ReadFailureBanner() {
  const failure = useAppState(({ server }) => server.readFailure);
  const openPath = useAppState(({ view }) => view.openPath);
  const { readAgain, showDamaged } = useActions();
  if (failure === null) return null;
  return (
    <div className={classes.banner} role="alert" data-tone="bad" data-testid="read-failure">
      <IconAlertTriangle size={16} />
      <Text size="sm" lineClamp={3} className={classes.text}>
        Could not read {failure.what}: {toProblemText(failure, 'What is shown may be out of date.')}
      </Text>
      {openPath === null ? null : (
        <Button variant="default" size="compact-xs" onClick={readAgain}>
          Try again
        </Button>
      )}
      {openPath !== null && failure.code === 'workspace-damaged' ? (
        <Button size="compact-xs" onClick={() => showDamaged(openPath, failure.message)}>
          Restore or recover…
        </Button>
      ) : null}
    </div>
  );
}
