import { Button, Center, Group, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconFolderOpen, IconPlayerPlay, IconPlugConnected, IconPlus } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useActions } from '../../store/context.ts';
import { Logo } from '../../ui/Logo.tsx';
import { ReadFailureBanner } from '../Banners/ReadFailureBanner.tsx';
import { SchemeToggle } from '../Header/SchemeToggle.tsx';
import { RecentWorkspaces } from './RecentWorkspaces.tsx';
import classes from './welcome.module.css';

/** What a person sees before a workspace is open. */
export function Welcome() {
  const actions = useActions();
  return (
    <Center h="100%" p="xl" className={classes.page}>
      <div className={classes.corner}>
        <SchemeToggle />
      </div>
      <Stack w={680} gap={28} component="main">
        <ReadFailureBanner />
        <Group gap={14}>
          <Logo size={44} />
          <div>
            <Title order={1} fz={26} lh={1.15}>
              Weft
            </Title>
            <Text c="dimmed">See, edit and trust how your assets relate – also without a network.</Text>
          </div>
        </Group>
        <div className={classes.ways}>
          <Way
            icon={IconPlugConnected}
            title="Connect a system"
            text="Bring your assets and their relationships into a new workspace."
            testId="welcome-connect"
            onClick={() => void actions.createWorkspace('connect')}
          />
          <Way
            icon={IconPlayerPlay}
            title="Open the demo"
            text="A small site to try things out. Nothing leaves this computer."
            testId="welcome-demo"
            onClick={() => void actions.openDemo()}
          />
          <Way
            icon={IconFolderOpen}
            title="Open a workspace"
            text="Everything Weft knows is in one file. Choose yours."
            testId="welcome-open"
            onClick={() => void actions.chooseWorkspace()}
          />
        </div>
        <RecentWorkspaces />
        <Group>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            data-testid="welcome-new"
            onClick={() => void actions.createWorkspace('nothing')}
          >
            New workspace
          </Button>
        </Group>
      </Stack>
    </Center>
  );
}

interface WayProps {
  readonly icon: ComponentType<{ size: number; stroke: number }>;
  readonly title: string;
  readonly text: string;
  readonly testId: string;
  readonly onClick: () => void;
}

function Way({ icon: Icon, title, text, testId, onClick }: WayProps) {
  return (
    <UnstyledButton className={classes.way} data-testid={testId} onClick={onClick}>
      <Icon size={24} stroke={1.6} />
      <Text fw={600} mt={10}>
        {title}
      </Text>
      <Text size="sm" c="dimmed" lh={1.4}>
        {text}
      </Text>
    </UnstyledButton>
  );
}
