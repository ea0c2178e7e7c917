import { Text } from '@mantine/core';
import { IconKey, IconRefresh } from '@tabler/icons-react';
import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { useAppState } from '../../store/context.ts';
import { needsKey, selectConnections } from '../../store/selectors.ts';
import { toSignInDraftOf } from '../../ui/use-sign-in-again.ts';
import classes from './banners.module.css';
import { DamageBanner } from './DamageBanner.tsx';
import { IdentityBanner } from './IdentityBanner.tsx';
import { PlaceBanner } from './PlaceBanner.tsx';
import { ReadFailureBanner } from './ReadFailureBanner.tsx';
import { SecretBanner } from './SecretBanner.tsx';
import { SignInBanner } from './SignInBanner.tsx';
import { SyncFailureBanner } from './SyncFailureBanner.tsx';

/** What the whole window has to say: a restart, a read or a sync that failed, a key that is asked again. */
export function Banners() {
  const restarting = useAppState(({ server }) => server.restarting);
  const connections = useAppState(selectConnections);
  return (
    <>
      {restarting === null ? (
        <ReadFailureBanner />
      ) : (
        <output className={classes.banner} data-testid="restart-banner">
          <IconRefresh size={16} />
          <Text size="sm">Reconnecting: {restarting} Everything that was confirmed is kept.</Text>
        </output>
      )}
      <DamageBanner />
      <PlaceBanner />
      {connections.map((connection) => (
        <ConnectionBanner key={connection.id} connection={connection} />
      ))}
    </>
  );
}

function ConnectionBanner({ connection }: { readonly connection: ConnectionStatus }) {
  const { state, lastFailure } = connection;
  if (state === 'failing' && lastFailure?.code === 'identity-changed') {
    return <IdentityBanner connection={connection} />;
  }
  if (needsKey(connection)) {
    const signIn = toSignInDraftOf(connection);
    return (
      <div className={classes.banner} data-testid="secret-banner">
        <IconKey size={16} />
        {signIn === null ? (
          <SecretBanner connection={connection} />
        ) : (
          <SignInBanner connection={connection} draft={signIn} />
        )}
      </div>
    );
  }
  if (state !== 'failing' || lastFailure === null) return null;
  return <SyncFailureBanner connection={connection} failure={lastFailure} />;
}
