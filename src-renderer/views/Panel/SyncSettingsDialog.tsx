import { Button, Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { SyncSettings } from '../../../src-preload/contract/sync-lists.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';

/** When the workspace syncs by itself. */
export function SyncSettingsDialog() {
  const shown = useAppState(({ view }) => view.review.settingsShown);
  const settings = useAppState(({ server }) => server.review.settings);
  const { showSyncSettings } = useActions();
  return (
    <Dialog opened={shown} onClose={() => showSyncSettings(false)} title="When to sync" size={460}>
      {settings === null ? null : <SettingsForm key={JSON.stringify(settings)} settings={settings} />}
    </Dialog>
  );
}

const DEFAULT_MINUTES = 15;
const DEFAULT_SECONDS = 30;

function SettingsForm({ settings }: { readonly settings: SyncSettings }) {
  const { saveSyncSettings, showSyncSettings } = useActions();
  const [every, setEvery] = useState(settings.everyMinutes !== null);
  const [minutes, setMinutes] = useState<number | string>(settings.everyMinutes ?? DEFAULT_MINUTES);
  const [after, setAfter] = useState(settings.afterEditsSeconds !== null);
  const [seconds, setSeconds] = useState<number | string>(settings.afterEditsSeconds ?? DEFAULT_SECONDS);
  const [onReconnect, setOnReconnect] = useState(settings.onReconnect);
  const wanted = SyncSettings.safeParse({
    everyMinutes: every ? minutes : null,
    afterEditsSeconds: after ? seconds : null,
    onReconnect,
  });
  return (
    <Stack gap="md" data-testid="sync-settings-form">
      <Occasion
        label="At an interval"
        description="Reads and pushes each connection at this interval."
        unit="Minutes"
        most={10_080}
        on={every}
        onSwitch={setEvery}
        value={minutes}
        onChange={setMinutes}
      />
      <Occasion
        label="After edits"
        description="Pushes what you changed once nothing was edited for so long."
        unit="Seconds"
        most={3600}
        on={after}
        onSwitch={setAfter}
        value={seconds}
        onChange={setSeconds}
      />
      <Checkbox
        label="When a connection answers again"
        description="While one is offline it is asked now and then, and synced once it answers."
        checked={onReconnect}
        data-testid="on-reconnect"
        onChange={({ currentTarget }) => setOnReconnect(currentTarget.checked)}
      />
      {wanted.success ? null : (
        <Text size="xs" c="red">
          Give 1 to 10,080 minutes and 1 to 3,600 seconds.
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => showSyncSettings(false)}>
          Cancel
        </Button>
        <Button
          disabled={!wanted.success}
          data-testid="save-sync-settings"
          onClick={() => (wanted.success ? void saveSyncSettings(wanted.data) : undefined)}
        >
          Save
        </Button>
      </Group>
    </Stack>
  );
}

interface OccasionProps {
  readonly label: string;
  readonly description: string;
  readonly unit: 'Minutes' | 'Seconds';
  readonly most: number;
  readonly on: boolean;
  readonly onSwitch: (on: boolean) => void;
  /** Text while it is no number yet. */
  readonly value: number | string;
  readonly onChange: (value: number | string) => void;
}

/** An occasion to sync that can be switched off, with how long it takes. */
function Occasion(props: OccasionProps) {
  const { label, description, unit, most, on, onSwitch, value, onChange } = props;
  return (
    <>
      <Checkbox
        label={label}
        description={description}
        checked={on}
        onChange={({ currentTarget }) => onSwitch(currentTarget.checked)}
      />
      <NumberInput
        label={unit}
        size="xs"
        ml={32}
        maw={220}
        min={1}
        max={most}
        allowDecimal={false}
        disabled={!on}
        value={value}
        data-testid={`sync-${unit.toLowerCase()}`}
        onChange={onChange}
      />
    </>
  );
}
