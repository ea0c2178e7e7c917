import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconCloudOff, IconCloudUp, IconUserEdit } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';

/** What only the demo can do: stand in for a broken network and for a colleague. */
export function DemoMenu() {
  const demo = useAppState(({ view }) => view.demo);
  const online = useAppState(({ view }) => view.demoOnline);
  const { setDemoOnline, letColleagueChange } = useActions();
  if (!demo) return null;
  return (
    <Menu position="bottom-end" width={270}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={14} />} data-testid="demo-menu">
          Demo
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={online ? <IconCloudOff size={14} /> : <IconCloudUp size={14} />}
          data-testid="demo-online"
          onClick={() => void setDemoOnline(!online)}
        >
          Take the servers {online ? 'offline' : 'online'}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconUserEdit size={14} />}
          data-testid="demo-colleague"
          onClick={() => void letColleagueChange()}
        >
          Let a colleague change something
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
