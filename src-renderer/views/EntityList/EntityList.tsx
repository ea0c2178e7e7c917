import { SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { ListOrder } from '../../../src-preload/contract/queries.ts';
import { useActions, useApp, useAppState } from '../../store/context.ts';
import type { EntityFacts, EntityFilter } from '../../store/state.ts';
import { toCorrectionText } from '../../ui/correction-text.ts';
import { countOf, formatCount, formatMoment } from '../../ui/format.ts';
import { EntityRows } from './EntityRows.tsx';
import classes from './entity-list.module.css';
import { KindChips } from './KindChips.tsx';

/** All entities of the workspace, narrowed by words or a query and by kind. */
export function EntityList() {
  return (
    <section className={classes.list} aria-label="Entities">
      <div className={classes.top}>
        <SearchBox />
        <KindChips />
        <FoundLine />
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
  const problem = useAppState(({ server }) => server.entityListProblem?.message ?? null);
  return (
    <TextInput
      id="entity-filter"
      size="xs"
      type="search"
      placeholder="Filter by words"
      aria-label="Filter entities by words or a query"
      data-testid="entity-filter"
      leftSection={<IconSearch size={14} />}
      value={text}
      error={problem}
      errorProps={{ 'data-testid': 'entity-filter-problem' }}
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

/** How misspelt words were taken, and in which order what was found is. Takes no room without words. */
function FoundLine() {
  const order = useAppState(({ view, server }) => toChoosableOrder(view.filter, server.entityFacts));
  const text = useAppState(({ server }) => toCorrectionText(server.entityFacts?.corrections ?? []));
  const { setListOrder } = useActions();
  if (order === null && text === '') return null;
  return (
    <div className={classes.found}>
      {text === '' ? null : <output data-testid="entity-corrections">{text}</output>}
      {order === null ? null : (
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label="Order of the list"
          data-testid="entity-order"
          value={order}
          data={[
            { value: 'best', label: 'Best match first' },
            { value: 'name', label: 'By name' },
          ]}
          onChange={(next) => setListOrder(ListOrder.parse(next))}
        />
      )}
    </div>
  );
}

/** The order that can be chosen otherwise; null where there is nothing to rank by. */
function toChoosableOrder({ search, order }: EntityFilter, facts: EntityFacts | null): ListOrder | null {
  if (search.trim() === '' || facts === null) return null;
  return order === 'name' || facts.order === 'best' ? order : null;
}

function CountLine() {
  const total = useAppState(({ server }) => server.entityList.total);
  const all = useAppState(({ server }) => server.workspace?.entityCount ?? 0);
  const asOf = useAppState(({ server }) => server.entityFacts?.asOf ?? null);
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
