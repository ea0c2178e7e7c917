import { Button, Menu } from '@mantine/core';
import {
  IconChevronDown,
  IconDeviceFloppy,
  IconFileExport,
  IconFileImport,
  IconFolderOpen,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import type { Canvas } from '../../graph/canvas.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectIsOpenViewRead, selectIsPictureRead } from '../../store/read-drawing.ts';
import classes from './graph.module.css';

/** All that can be done with saved views. */
export function ViewsMenu({ canvas }: { readonly canvas: Canvas | null }) {
  const open = useAppState(({ server }) => server.openView);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          className={classes.viewsButton}
          variant="default"
          size="xs"
          rightSection={<IconChevronDown size={14} />}
          aria-label={open === null ? 'Views' : `Views: ${open.name}`}
          data-testid="views-menu"
        >
          <span className={classes.viewName}>{open === null ? 'Views' : open.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <SaveItems canvas={canvas} />
        <Menu.Divider />
        <OpenViewItems />
      </Menu.Dropdown>
    </Menu>
  );
}

function SaveItems({ canvas }: { readonly canvas: Canvas | null }) {
  const { saveView, showViewDialog, importView } = useActions();
  const isOpenRead = useAppState(selectIsOpenViewRead);
  const isRead = useAppState(selectIsPictureRead);
  const isEmpty = useAppState(({ server }) => (server.neighbourhood?.entities.length ?? 0) === 0);
  return (
    <>
      <Menu.Item
        leftSection={<IconFolderOpen size={14} />}
        data-testid="view-open"
        onClick={() => showViewDialog({ kind: 'open', search: '' })}
      >
        Open…
      </Menu.Item>
      <Menu.Item
        leftSection={<IconDeviceFloppy size={14} />}
        disabled={!isOpenRead || canvas === null || isEmpty}
        data-testid="view-save"
        onClick={() => (canvas === null ? undefined : void saveView(canvas.readPlaces()))}
      >
        Save
      </Menu.Item>
      <Menu.Item
        leftSection={<IconPlus size={14} />}
        disabled={!isRead || canvas === null || isEmpty}
        data-testid="view-save-as"
        onClick={() =>
          canvas === null ? undefined : showViewDialog({ kind: 'save-as', drawn: canvas.readPlaces() })
        }
      >
        Save as…
      </Menu.Item>
      <Menu.Item
        leftSection={<IconFileImport size={14} />}
        data-testid="view-import"
        onClick={() => void importView()}
      >
        Import…
      </Menu.Item>
    </>
  );
}

function OpenViewItems() {
  const { showViewDialog, exportView, removeView } = useActions();
  const open = useAppState(({ server }) => server.openView);
  const withOpen = (act: (view: NonNullable<typeof open>) => void) => () =>
    open === null ? undefined : act(open);
  return (
    <>
      <Menu.Label>{open === null ? 'No view is open' : open.name}</Menu.Label>
      <Menu.Item
        leftSection={<IconPencil size={14} />}
        disabled={open === null}
        data-testid="view-rename"
        onClick={withOpen((view) => showViewDialog({ kind: 'rename', view }))}
      >
        Rename…
      </Menu.Item>
      <Menu.Item
        leftSection={<IconFileExport size={14} />}
        disabled={open === null}
        data-testid="view-export"
        onClick={withOpen((view) => void exportView(view))}
      >
        Export…
      </Menu.Item>
      <Menu.Item
        leftSection={<IconTrash size={14} />}
        color="var(--mantine-color-error)"
        disabled={open === null}
        data-testid="view-delete"
        onClick={withOpen((view) => void removeView(view))}
      >
        Delete
      </Menu.Item>
    </>
  );
}
