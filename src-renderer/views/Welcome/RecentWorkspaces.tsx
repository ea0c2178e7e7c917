import { ActionIcon, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';
import { formatMoment } from '../../ui/format.ts';
import classes from './welcome.module.css';

const SHOWN = 6;

/** Workspaces opened before, newest first. */
export function RecentWorkspaces() {
  const recent = useAppState(({ server }) => server.start?.recent ?? []);
  const { openWorkspace, forgetWorkspace } = useActions();
  if (recent.length === 0) return null;
  return (
    <Stack gap={4} component="section" aria-label="Recent workspaces">
      <Text size="xs" fw={600} c="dimmed">
        Recent
      </Text>
      {recent.slice(0, SHOWN).map(({ path, name, openedAt }) => (
        <div key={path} className={classes.recent}>
          <UnstyledButton
            className={classes.recentName}
            data-testid="recent-workspace"
            onClick={() => void openWorkspace(path)}
          >
            <Group gap={10} wrap="nowrap">
              <Text size="sm" fw={500} truncate maw="50%" style={{ flex: 'none' }}>
                {name}
              </Text>
              <Text size="xs" c="dimmed" truncate style={{ flex: 1 }} title={path}>
                {path}
              </Text>
              <Text size="xs" c="dimmed" style={{ flex: 'none' }}>
                {formatMoment(openedAt)}
              </Text>
            </Group>
          </UnstyledButton>
          <ActionIcon
            size="sm"
            aria-label={`Take ${name} off this list`}
            onClick={() => void forgetWorkspace(path)}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
    </Stack>
  );
}
