import { Group, Kbd, Stack, Text } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { shortcutGroups } from './shortcut-list.ts';

/** The sheet of all shortcuts. */
export function Shortcuts() {
  const shown = useAppState(({ view }) => view.shortcutsShown);
  const { showShortcuts } = useActions();
  return (
    <Dialog opened={shown} onClose={() => showShortcuts(false)} title="Keyboard shortcuts" size={560}>
      <Stack gap="md" data-testid="shortcuts">
        {shortcutGroups.map(({ title, shortcuts }) => (
          <Stack key={title} gap={4}>
            <Text size="xs" fw={600} c="dimmed">
              {title}
            </Text>
            {shortcuts.map(({ keys, does }) => (
              <Group key={does} justify="space-between" wrap="nowrap">
                <Text size="sm">{does}</Text>
                <Group gap={4} wrap="nowrap">
                  {keys.map((key) => (
                    <Kbd key={key} size="xs">
                      {key}
                    </Kbd>
                  ))}
                </Group>
              </Group>
            ))}
          </Stack>
        ))}
      </Stack>
    </Dialog>
  );
}
