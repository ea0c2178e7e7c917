import { Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ViewSummary } from '../../../src-preload/contract/views.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { countOf, formatCount, formatMoment } from '../../ui/format.ts';
import classes from './saved-views.module.css';

/** The saved views, by name, to open one. */
export function OpenViewDialog() {
  const search = useAppState(({ view }) =>
    view.viewDialog?.kind === 'open' ? view.viewDialog.search : null,
  );
  const { showViewDialog } = useActions();
  return (
    <Dialog opened={search !== null} onClose={() => showViewDialog(null)} title="Open a view" size={520}>
      {search === null ? null : (
        <Stack gap="sm">
          <TextInput
            placeholder="Find by name"
            aria-label="Search the views by name"
            data-autofocus
            data-testid="view-search"
            leftSection={<IconSearch size={14} />}
            value={search}
            onChange={({ currentTarget }) => showViewDialog({ kind: 'open', search: currentTarget.value })}
          />
          <ViewRows />
        </Stack>
      )}
    </Dialog>
  );
}

function ViewRows() {
  const views = useAppState(({ server }) => server.views);
  if (views === null) return null;
  if (views.total === 0) {
    return (
      <Text size="sm" c="dimmed" data-testid="no-views">
        {views.search.trim() === '' ? 'No views yet.' : 'No view of that name.'} “Save as…” keeps what is
        drawn now as a view.
      </Text>
    );
  }
  return (
    <ul className={classes.rows}>
      {views.rows.map((view) => (
        <li key={view.id}>
          <ViewRow view={view} />
        </li>
      ))}
      {views.total > views.rows.length ? (
        <li>
          <Text size="xs" c="dimmed">
            {formatCount(views.total - views.rows.length)} more: search by name.
          </Text>
        </li>
      ) : null}
    </ul>
  );
}

function ViewRow({ view }: { readonly view: ViewSummary }) {
  const { openSavedView } = useActions();
  const { id, name, query, entityCount, missingCount, savedAt } = view;
  const missing = missingCount === 0 ? '' : `, ${formatCount(missingCount)} not in this workspace`;
  return (
    <UnstyledButton className={classes.row} data-testid="view-row" onClick={() => void openSavedView(id)}>
      <bdi className={classes.name}>{name}</bdi>
      <Text size="xs" c="dimmed" component="span">
        {countOf(entityCount, 'entity', 'entities')}
        {missing}
        {' · saved '}
        {formatMoment(savedAt)}
      </Text>
      {query === '' ? null : (
        <Text size="xs" c="dimmed" component="span" className={classes.query}>
          {query}
        </Text>
      )}
    </UnstyledButton>
  );
}
