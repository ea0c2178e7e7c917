import { Center, Loader, localStorageColorSchemeManager, MantineProvider, Stack, Text } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import type { Actions } from './store/actions.ts';
import { AppContext, useAppState } from './store/context.ts';
import { selectStage } from './store/selectors.ts';
import type { AppStore } from './store/store.ts';
import { resolveCssVariables, theme } from './ui/theme.ts';
import { ConnectDialog } from './views/Connect/ConnectDialog.tsx';
import { ConnectionsDialog } from './views/Connections/ConnectionsDialog.tsx';
import { DamagedDialog } from './views/Damaged/DamagedDialog.tsx';
import { Notices } from './views/Notices/Notices.tsx';
import { Shortcuts } from './views/Shortcuts/Shortcuts.tsx';
import { Welcome } from './views/Welcome/Welcome.tsx';
import { Workspace } from './views/Workspace/Workspace.tsx';

const colorSchemeManager = localStorageColorSchemeManager({ key: 'weft-color-scheme' });

/** The whole window. */
export function App({ store, actions }: { readonly store: AppStore; readonly actions: Actions }) {
  return (
    <AppContext value={{ store, actions }}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={resolveCssVariables}
        defaultColorScheme="auto"
        colorSchemeManager={colorSchemeManager}
      >
        <ModalsProvider>
          <Stages />
          <ConnectDialog />
          <ConnectionsDialog />
          <DamagedDialog />
          <Shortcuts />
          <Notices />
        </ModalsProvider>
      </MantineProvider>
    </AppContext>
  );
}

function Loading() {
  const upgrading = useAppState(({ server }) => server.upgrading);
  return (
    <Center h="100%" p="xl">
      <Stack align="center" gap="sm" maw={560}>
        <Loader size="sm" aria-label="Loading" />
        {upgrading === null ? null : (
          <Text component="output" size="sm" ta="center" style={{ overflowWrap: 'anywhere' }}>
            {upgrading.path} is of an earlier Weft and is brought up to date, which can take a while. As it
            was, it is kept as {upgrading.keptAt}.
          </Text>
        )}
      </Stack>
    </Center>
  );
}

function Stages() {
  const stage = useAppState(selectStage);
  const name = useAppState(({ server }) => server.workspace?.name ?? null);
  return (
    <div data-app-state={stage} style={{ height: '100%', background: 'var(--ground)' }}>
      <title>{name === null ? 'Weft' : `${name} – Weft`}</title>
      {stage === 'loading' ? <Loading /> : null}
      {stage === 'welcome' ? <Welcome /> : null}
      {stage === 'ready' ? <Workspace /> : null}
    </div>
  );
}
