import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import {
  IconActivity,
  IconAdjustments,
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconEye,
  IconPlugConnected,
  IconRefresh,
} from '@tabler/icons-react';
import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectConnections, selectIsSyncing } from '../../store/selectors.ts';

/** Starts syncs: everything at one click, the rest in a menu. */
export function SyncMenu() {
  const { sync } = useActions();
  const connections = useAppState(selectConnections);
  const syncing = useAppState(selectIsSyncing);
  const none = connections.every(({ pausedSince }) => pausedSince !== null);
  return (
    <Group gap={1} wrap="nowrap">
      <Button
        leftSection={<IconRefresh size={14} />}
        loading={syncing}
        disabled={none}
        data-testid="sync"
        style={{ borderStartEndRadius: 0, borderEndEndRadius: 0 }}
        onClick={() => void sync()}
      >
        Sync
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="filled"
            color="ink"
            size={30}
            aria-label="More ways to sync"
            data-testid="sync-menu"
            style={{ borderStartStartRadius: 0, borderEndStartRadius: 0 }}
          >
            <IconChevronDown size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <SyncItems connections={connections} />
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function SyncItems({ connections }: { readonly connections: readonly ConnectionStatus[] }) {
  const { sync, askDryRun, openConnectDialog, openPanel, showSyncSettings } = useActions();
  const none = connections.length === 0;
  return (
    <>
      <Menu.Item leftSection={<IconArrowDown size={14} />} disabled={none} onClick={() => void sync('pull')}>
        Pull only
      </Menu.Item>
      <Menu.Item leftSection={<IconArrowUp size={14} />} disabled={none} onClick={() => void sync('push')}>
        Push only
      </Menu.Item>
      <Menu.Item leftSection={<IconEye size={14} />} disabled={none} onClick={() => askDryRun(null)}>
        Show what would be sent
      </Menu.Item>
      {none ? null : <Menu.Label>One connection</Menu.Label>}
      {connections.map(({ id, name }) => (
        <Menu.Item key={id} leftSection={<IconRefresh size={14} />} onClick={() => void sync('both', id)}>
          Sync {name}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item leftSection={<IconActivity size={14} />} onClick={() => openPanel('status')}>
        Status of each connection
      </Menu.Item>
      <Menu.Item leftSection={<IconAdjustments size={14} />} onClick={() => showSyncSettings(true)}>
        When to sync…
      </Menu.Item>
      <Menu.Item leftSection={<IconPlugConnected size={14} />} onClick={() => openConnectDialog(null)}>
        Connect a system…
      </Menu.Item>
    </>
  );
}
