import { Text } from '@mantine/core';
import { IconFileBroken } from '@tabler/icons-react';
import { useAppState } from '../../store/context.ts';
import { countOf } from '../../ui/format.ts';
import { WaysOut, waysOut } from '../Damaged/WaysOut.tsx';
import classes from './banners.module.css';

/** Says what a check of the open workspace found wrong, and offers the two ways out. */
export function DamageBanner() {
  const workspace = useAppState(({ server }) => server.workspace);
  const [first, ...others] = workspace?.damage ?? [];
  if (workspace === null || first === undefined) return null;
  return (
    <div className={classes.banner} role="alert" data-tone="bad" data-testid="damage-banner">
      <IconFileBroken size={16} />
      <Text size="sm" lineClamp={4} className={classes.text}>
        This workspace is damaged: {first.message}
        {others.length === 0 ? '' : ` And ${countOf(others.length, 'more finding')}.`} {waysOut}
      </Text>
      <WaysOut path={workspace.path} size="compact-xs" />
    </div>
  );
}
