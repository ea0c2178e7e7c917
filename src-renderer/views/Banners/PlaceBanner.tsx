import { Button, Text } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';
import { countOf } from '../../ui/format.ts';
import classes from './banners.module.css';

/** Says that the file is another than the one that last pushed, what waits because of it, and lets it push again. */
export function PlaceBanner() {
  const workspace = useAppState(({ server }) => server.workspace);
  const { adoptWorkspace } = useActions();
  if (workspace?.place !== 'moved-or-copied') return null;
  const { pendingCount } = workspace;
  return (
    <output className={classes.banner} data-testid="place-banner">
      <IconCopy size={16} />
      <Text size="sm" lineClamp={3} className={classes.text}>
        This workspace was moved, copied or restored since it last pushed. It pulls and takes edits; nothing
        is sent {pendingCount === 0 ? '' : `(${countOf(pendingCount, 'pending change')} waiting) `}
        until you say that this file, and no copy of it, is the one to push.
      </Text>
      <Button variant="default" size="compact-xs" data-testid="adopt" onClick={() => void adoptWorkspace()}>
        Push from this file
      </Button>
    </output>
  );
}
