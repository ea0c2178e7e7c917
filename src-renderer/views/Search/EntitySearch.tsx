import { Group, Loader, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useActions, useAppState } from '../../store/context.ts';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { entitySearchStore } from './entity-search.ts';

/** Ctrl+K: finds an entity by name and opens it. */
export function EntitySearch() {
  const { lookUp, openEntity } = useActions();
  const lookup = useAppState(({ server }) => server.lookup);
  const [query, setQuery] = useState('');
  const ask = useDebouncedCallback(lookUp, 100);
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
      onSpotlightClose={() => lookUp(null)}
    >
      <Spotlight.Search
        aria-label="Search all entities"
        placeholder="Search all entities"
        leftSection={<IconSearch size={16} />}
      />
      <Spotlight.ActionsList>
        {(lookup?.rows ?? []).map((row) => (
          <Spotlight.Action key={row.id} onClick={() => openEntity(row.id)} py={6}>
            <Group justify="space-between" wrap="nowrap" w="100%">
              <EntityLabel entity={row} />
              <Text size="xs" c="dimmed" style={{ flex: 'none' }}>
                {row.kind} · {row.connection}
              </Text>
            </Group>
          </Spotlight.Action>
        ))}
        {lookup === null ? (
          <Spotlight.Empty>
            <Loader size="xs" />
          </Spotlight.Empty>
        ) : null}
        {lookup !== null && lookup.rows.length === 0 ? (
          <Spotlight.Empty>Nothing found</Spotlight.Empty>
        ) : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
