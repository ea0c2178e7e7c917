import { Button, Text } from '@mantine/core';
import { IconFileBroken } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';
import { countOf } from '../../ui/format.ts';
import classes from './banners.module.css';

/** Says what a check of the open workspace found wrong, and offers the two ways out. */
export function DamageBanner() {
  const workspace = useAppState(({ server }) => server.workspace);
  const isBusy = useAppState(({ server }) => server.careProgress !== null);
  const { restoreWorkspace, recoverWorkspace } = useActions();
  const [first, ...others] = workspace?.damage ?? [];
  if (workspace === null || first === undefined) return null;
  return (
    <div className={classes.banner} role="alert" data-tone="bad" data-testid="damage-banner">
      <IconFileBroken size={16} />
      <Text size="sm" lineClamp={3} className={classes.text}>
        This workspace is damaged: {first.message}
        {others.length === 0 ? '' : ` And ${countOf(others.length, 'more finding')}.`} A backup brings back
        everything until it was made; without one, what can still be read is copied into a new workspace.
      </Text>
      <Button
        variant="default"
        size="compact-xs"
        disabled={isBusy}
        onClick={() => void recoverWorkspace(workspace.path)}
      >
        Recover what can be read…
      </Button>
      <Button size="compact-xs" disabled={isBusy} onClick={() => void restoreWorkspace(workspace.path)}>
        Restore a backup…
      </Button>
    </div>
  );
}
