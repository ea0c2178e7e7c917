import { Combobox, InputBase, Loader, Text, useCombobox } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { EntityId, EntitySummary } from '../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../store/context.ts';
import type { PairQuestion, Verdicts } from '../store/edit-actions.ts';
import { toChoices } from './choices.ts';
import { EntityLabel } from './EntityLabel.tsx';
import { useVerdicts } from './use-verdicts.ts';

interface EntityPickerProps {
  readonly label: string;
  readonly value: EntitySummary | null;
  /** The entity that another is chosen for; left out of the choices unless the rules allow it itself. */
  readonly ownId: EntityId;
  /** Takes the focus as soon as it is there, because the person has just asked for it. */
  readonly startsFocused?: boolean;
  /** How the choice will be used, so that what may not be chosen is told beforehand. */
  readonly judged?: Omit<PairQuestion, 'otherIds'>;
  readonly onPick: (entity: EntitySummary | null) => void;
}

/** Finds one entity by typing part of its name. */
export function EntityPicker(props: EntityPickerProps) {
  const { label, value, ownId, startsFocused = false, judged, onPick } = props;
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
  const found = lookup?.rows ?? [];
  const verdicts = useVerdicts(
    judged === undefined || found.length === 0 ? null : { ...judged, otherIds: found.map(({ id }) => id) },
  );
  const rows = toChoices(found, ownId, verdicts);
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
          <Choices rows={lookup === null ? null : rows} verdicts={verdicts} />
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface ChoicesProps {
  readonly rows: readonly EntitySummary[] | null;
  readonly verdicts: Verdicts;
}

/** What was found. What the rules refuse is dimmed and says why; a type that is still to be given is no reason. */
function Choices({ rows, verdicts }: ChoicesProps) {
  if (rows === null) {
    return (
      <Combobox.Empty>
        <Loader size="xs" />
      </Combobox.Empty>
    );
  }
  if (rows.length === 0) return <Combobox.Empty>Nothing found</Combobox.Empty>;
  return rows.map((row) => {
    const verdict = verdicts.get(row.id);
    const refused =
      verdict === undefined || verdict.ok || verdict.code === 'type-missing' ? null : verdict.message;
    return (
      <Combobox.Option key={row.id} value={String(row.id)} py={4} disabled={refused !== null}>
        <EntityLabel entity={row} />
        <Text size="xs" c="dimmed" truncate={refused === null} pl={21}>
          {refused ?? row.address}
        </Text>
      </Combobox.Option>
    );
  });
}
