import { Button, Text } from '@mantine/core';
import { IconUserQuestion } from '@tabler/icons-react';
import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { toSecretWord } from '../../../src-preload/contract/secret-words.ts';
import { useActions } from '../../store/context.ts';
import { countOf } from '../../ui/format.ts';
import classes from './banners.module.css';

/** Says that a key or a sign-in speaks for someone else by now, what waits because of it, and where that is decided. */
export function IdentityBanner({ connection }: { readonly connection: ConnectionStatus }) {
  const { openConnections } = useActions();
  const { id, name, pendingCount } = connection;
  return (
    <output className={classes.banner} data-tone="bad" data-testid="identity-banner">
      <IconUserQuestion size={16} />
      <Text size="sm" lineClamp={3} className={classes.text}>
        The {toSecretWord(connection)} of <b>{name}</b> speaks for someone else than before. Nothing is sent
        until you decide;{' '}
        {pendingCount === 0 ? 'nothing is pending' : `${countOf(pendingCount, 'pending change')} waiting`}.
      </Text>
      <Button variant="default" size="compact-xs" onClick={() => openConnections(id)}>
        Decide…
      </Button>
    </output>
  );
}
