import { Combobox, InputBase, Loader, Text, useCombobox } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { EntityId, EntitySummary } from '../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../store/context.ts';
import { EntityLabel } from './EntityLabel.tsx';

interface EntityPickerProps {
  readonly label: string;
  readonly value: EntitySummary | null;
  /** Left out of the choices. */
  readonly exceptId: EntityId;
  /** Takes the focus as soon as it is there, because the person has just asked for it. */
  readonly startsFocused?: boolean;
  readonly onPick: (entity: EntitySummary | null) => void;
}

/** Finds one entity by typing part of its name. */
export function EntityPicker({ label, value, exceptId, startsFocused = false, onPick }: EntityPickerProps) {
  const { lookUp } = useActions();
  const lookup = useAppState(({ server }) => server.lookup);
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const ask = useDebouncedCallback(lookUp, 120);
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      lookUp(null);
    },
    onDropdownOpen: () => lookUp(text),
  });
  useEffect(() => {
    if (startsFocused) input.current?.focus();
  }, [startsFocused]);
  const { selectFirstOption } = combobox;
  useEffect(() => {
    // Enter takes the first that was found, as in the search over everything.
    if (lookup !== null && lookup.search !== '') selectFirstOption();
  }, [lookup, selectFirstOption]);
  const rows = (lookup?.rows ?? []).filter(({ id }) => id !== exceptId);
  const pick = (id: string) => {
    const picked = rows.find((row) => String(row.id) === id) ?? null;
    onPick(picked);
    setText(picked?.name ?? '');
    combobox.closeDropdown();
  };
  return (
    <Combobox store={combobox} onOptionSubmit={pick} shadow="md">
      <Combobox.Target>
        <InputBase
          ref={input}
          label={label}
          placeholder="Type part of a name"
          data-testid="entity-picker"
          size="xs"
          value={text}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            if (value !== null) onPick(null);
            ask(currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onClick={() => combobox.openDropdown()}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={260} style={{ overflowY: 'auto' }}>
          <Choices rows={lookup === null ? null : rows} />
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function Choices({ rows }: { readonly rows: readonly EntitySummary[] | null }) {
  if (rows === null) {
    return (
      <Combobox.Empty>
        <Loader size="xs" />
      </Combobox.Empty>
    );
  }
  if (rows.length === 0) return <Combobox.Empty>Nothing found</Combobox.Empty>;
  return rows.map((row) => (
    <Combobox.Option key={row.id} value={String(row.id)} py={4}>
      <EntityLabel entity={row} />
      <Text size="xs" c="dimmed" truncate pl={21}>
        {row.address}
      </Text>
    </Combobox.Option>
  ));
}
