import { Button, Group, Kbd, Text } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useAppState } from '../../store/context.ts';
import { Logo } from '../../ui/Logo.tsx';
import { entitySearch } from '../Search/entity-search.ts';
import { CareProgress } from './CareProgress.tsx';
import { ConnectionChips } from './ConnectionChips.tsx';
import { DemoMenu } from './DemoMenu.tsx';
import { DrawingProgress } from './DrawingProgress.tsx';
import { ExportProgress } from './ExportProgress.tsx';
import { HistoryProgress } from './HistoryProgress.tsx';
import classes from './header.module.css';
import { ProgressLine } from './ProgressLine.tsx';
import { SchemeToggle } from './SchemeToggle.tsx';
import { SyncMenu } from './SyncMenu.tsx';
import { UndoButtons } from './UndoButtons.tsx';
import { WorkspaceMenu } from './WorkspaceMenu.tsx';

/** The top of the window: the workspace, its connections, and what can be done with all of it. */
export function Header() {
  const name = useAppState(({ server }) => server.workspace?.name ?? '');
  const path = useAppState(({ server }) => server.workspace?.path ?? '');
  return (
    <header className={classes.header}>
      <div className={classes.bar}>
        <Group gap={9} wrap="nowrap" miw={0} style={{ flexShrink: 0, maxWidth: 240 }}>
          <Logo size={22} />
          <Text component="h1" size="md" fw={600} truncate title={path} data-testid="workspace-name">
            {name}
          </Text>
        </Group>
        <ConnectionChips />
        <Group gap={8} wrap="nowrap" ml="auto">
          <Button
            variant="default"
            leftSection={<IconSearch size={14} />}
            rightSection={<Kbd size="xs">Ctrl K</Kbd>}
            data-testid="search"
            c="dimmed"
            fw={400}
            onClick={entitySearch.open}
          >
            Search
          </Button>
          <UndoButtons />
          <DemoMenu />
          <SyncMenu />
          <Group gap={2} wrap="nowrap">
            <SchemeToggle />
            <WorkspaceMenu />
          </Group>
        </Group>
      </div>
      <ProgressLine />
      <HistoryProgress />
      <ExportProgress />
      <DrawingProgress />
      <CareProgress />
    </header>
  );
}
