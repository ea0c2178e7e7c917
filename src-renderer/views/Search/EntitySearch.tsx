import { Group, Loader, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import { toKindWord } from '../../../src-preload/contract/kind-words.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import type { Lookup } from '../../store/state.ts';
import { toCorrectionText } from '../../ui/correction-text.ts';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { countOf, formatCount } from '../../ui/format.ts';
import { chooseFirst, entitySearch, entitySearchStore } from './entity-search.ts';
import classes from './search.module.css';

/** Ctrl+K: finds an entity by words or a query, the best first, and opens it. */
export function EntitySearch() {
  const { lookUp } = useActions();
  const lookup = useAppState(({ server }) => server.lookup);
  const [query, setQuery] = useState('');
  const ask = useDebouncedCallback(lookUp, 100);
  const choosing = useChoosing(query, lookup);
  const change = (text: string) => {
    setQuery(text);
    ask(text);
  };
  return (
    <Spotlight.Root
      store={entitySearchStore}
      query={query}
      onQueryChange={change}
      shortcut="mod + K"
      tagsToIgnore={[]}
      scrollable
      centered={false}
      yOffset="14vh"
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      maxHeight={420}
      onSpotlightOpen={() => lookUp(query)}
      onSpotlightClose={() => {
        ask.cancel();
        lookUp(null);
      }}
    >
      <Spotlight.Search
        aria-label="Search all entities"
        placeholder="Search all entities"
        leftSection={<IconSearch size={16} />}
        onKeyDown={choosing.press}
      />
      {lookup === null ? null : <FoundLine lookup={lookup} />}
      <Spotlight.ActionsList>
        {(lookup?.rows ?? []).map((row) => (
          <Spotlight.Action
            key={row.id}
            className={classes.action}
            closeSpotlightOnTrigger={false}
            onClick={(event) => choosing.choose(event, row.id)}
            py={6}
            data-testid="lookup-row"
          >
            <Group justify="space-between" wrap="nowrap" w="100%">
              <EntityLabel entity={row} />
              <span className={classes.about}>
                {toKindWord(row.kind)} · {row.connection}
              </span>
            </Group>
          </Spotlight.Action>
        ))}
        {lookup === null ? (
          <Spotlight.Empty>
            <Loader size="xs" />
          </Spotlight.Empty>
        ) : null}
        {lookup !== null && lookup.rows.length === 0 && lookup.problem === null ? (
          <Spotlight.Empty>Nothing found</Spotlight.Empty>
        ) : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/**
 * Which of what was found is opened. Enter takes the first, or what the arrow keys went to; pressed before the answer to
 * what is typed is there, it waits for that answer instead of opening one of the former.
 */
function useChoosing(query: string, lookup: Lookup | null) {
  const { openEntity } = useActions();
  const hurried = useRef<string | null>(null);
  const isAnswered = lookup?.search === query;
  useEffect(() => {
    if (lookup === null) return;
    chooseFirst();
    const [first] = lookup.rows;
    if (lookup.search !== hurried.current || first === undefined) return;
    hurried.current = null;
    entitySearch.close();
    openEntity(first.id);
  }, [lookup, openEntity]);
  return {
    press: ({ key }: KeyboardEvent) => {
      hurried.current = key === 'Enter' && !isAnswered ? query : null;
    },
    choose: (event: MouseEvent, id: EntityId) => {
      const isByKey = event.detail === 0;
      if (isByKey && !isAnswered) return;
      entitySearch.close();
      openEntity(id);
    },
  };
}

/** What has to be told of what was found: how it was taken, and how much of it is listed. */
function FoundLine({ lookup: { corrections, problem, rows, total } }: { readonly lookup: Lookup }) {
  const more =
    total > rows.length ? `${formatCount(rows.length)} of ${countOf(total, 'match', 'matches')}` : '';
  const text = problem?.message ?? toCorrectionText(corrections);
  if (text === '' && more === '') return null;
  return (
    <Group component="output" justify="space-between" wrap="nowrap" px="md" py={6} data-testid="lookup-line">
      <Text size="xs" c={problem === null ? 'dimmed' : 'red'}>
        {text}
      </Text>
      <Text size="xs" c="dimmed" style={{ flex: 'none' }}>
        {more}
      </Text>
    </Group>
  );
}
