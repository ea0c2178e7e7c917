import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useActions, useApp, useAppState } from '../../store/context.ts';
import { countOf, formatCount, formatMoment } from '../../ui/format.ts';
import { EntityRows } from './EntityRows.tsx';
import classes from './entity-list.module.css';
import { KindChips } from './KindChips.tsx';

/** All entities of the workspace, narrowed by name and kind. */
export function EntityList() {
  return (
    <section className={classes.list} aria-label="Entities">
      <div className={classes.top}>
        <SearchBox />
        <KindChips />
      </div>
      <EntityRows />
      <CountLine />
    </section>
  );
}

function SearchBox() {
  const { setSearch } = useActions();
  const { store } = useApp();
  const [text, setText] = useState(() => store.getState().view.filter.search);
  const search = useDebouncedCallback(setSearch, 150);
  return (
    <TextInput
      id="entity-filter"
      size="xs"
      type="search"
      placeholder="Filter by name"
      aria-label="Filter entities by name"
      data-testid="entity-filter"
      leftSection={<IconSearch size={14} />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        event.currentTarget.closest('section')?.querySelector<HTMLElement>('[role="listbox"]')?.focus();
      }}
    />
  );
}

function CountLine() {
  const total = useAppState(({ server }) => server.entityList.total);
  const all = useAppState(({ server }) => server.workspace?.entityCount ?? 0);
  const asOf = useAppState(({ server }) => server.entitiesAsOf);
  if (total === null) return null;
  return (
    <div className={classes.count}>
      <output data-testid="entity-count">
        {total === all
          ? countOf(all, 'entity', 'entities')
          : `${formatCount(total)} of ${countOf(all, 'entity', 'entities')}`}
      </output>
      {asOf === null ? null : <span data-testid="entities-as-of"> · as of {formatMoment(asOf)}</span>}
    </div>
  );
}
