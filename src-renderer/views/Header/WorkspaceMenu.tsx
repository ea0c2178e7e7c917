import { ActionIcon, Menu } from '@mantine/core';
import {
  IconDeviceFloppy,
  IconDotsVertical,
  IconFileExport,
  IconFileImport,
  IconHistory,
  IconKeyboard,
  IconPlugConnected,
  IconPlus,
  IconReport,
  IconRestore,
  IconStethoscope,
  IconX,
  IconZip,
} from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';

/** What is needed now and then. */
export function WorkspaceMenu() {
  const { openPanel, openConnections, showShortcuts, showTransfer, draftOwnEntity, closeWorkspace, ...care } =
    useActions();
  const path = useAppState(({ view }) => view.openPath);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label="Workspace menu" data-testid="workspace-menu">
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPlugConnected size={14} />}
          data-testid="manage-connections"
          onClick={() => openConnections(null)}
        >
          Connections…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlus size={14} />}
          data-testid="new-entity"
          onClick={() => draftOwnEntity({ id: null, name: '', kind: 'asset' })}
        >
          New entity…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileImport size={14} />}
          data-testid="open-import"
          onClick={() => showTransfer('import')}
        >
          Import…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileExport size={14} />}
          data-testid="open-export"
          onClick={() => showTransfer('export')}
        >
          Export…
        </Menu.Item>
        <Menu.Item leftSection={<IconHistory size={14} />} onClick={() => openPanel('history')}>
          History
        </Menu.Item>
        <Menu.Item leftSection={<IconReport size={14} />} onClick={() => openPanel('reports')}>
          Sync reports
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={14} />} onClick={() => showShortcuts(true)}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconDeviceFloppy size={14} />}
          data-testid="back-up"
          onClick={() => void care.backUp()}
        >
          Back up
        </Menu.Item>
        <Menu.Item
          leftSection={<IconStethoscope size={14} />}
          data-testid="check"
          onClick={() => void care.checkWorkspace()}
        >
          Check
        </Menu.Item>
        <Menu.Item leftSection={<IconZip size={14} />} onClick={() => void care.compactWorkspace()}>
          Compact
        </Menu.Item>
        {path === null ? null : (
          <Menu.Item leftSection={<IconRestore size={14} />} onClick={() => void care.restoreWorkspace(path)}>
            Restore a backup…
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconX size={14} />}
          data-testid="close-workspace"
          onClick={() => void closeWorkspace()}
        >
          Close workspace
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
