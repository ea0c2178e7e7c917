import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { HeldRemoval } from '../../../src-preload/contract/model.ts';
import type { HeldRow } from '../../../src-preload/contract/sync-lists.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { formatCount } from '../../ui/format.ts';
import { PagedRows } from '../../ui/PagedRows.tsx';
import classes from './review.module.css';

/** Everything that one held removal would take away, and the decision about it. */
export function HeldDialog() {
  const shown = useAppState(({ view }) => view.review.heldShown?.removal ?? null);
  const { showHeld } = useActions();
  return (
    <Dialog
      opened={shown !== null}
      onClose={() => showHeld(null)}
      size={640}
      title={shown === null ? '' : `Held: ${formatCount(shown.count)} ${shown.what} of ${shown.connection}`}
    >
      {shown === null ? null : <HeldBody key={shown.id} removal={shown} />}
    </Dialog>
  );
}

function HeldBody({ removal }: { readonly removal: HeldRemoval }) {
  const rows = useAppState(({ server }) => server.review.heldRows);
  const { showHeldRows } = useActions();
  const { connection, side, what, reason } = removal;
  return (
    <Stack gap="sm" data-testid="held-preview">
      <Text size="sm">{reason}</Text>
      <Text size="sm">
        {side === 'here'
          ? `Released, the next sync of ${connection} removes exactly these ${what} from this workspace. What you related yourself stays.`
          : `Released, the next sync deletes exactly these ${what} on ${connection}, for everyone there.`}{' '}
        Until then nothing of it is removed.
      </Text>
      <Text size="xs" c="dimmed">
        {rows.total === null ? 'Reading…' : `All ${formatCount(rows.total)} of them:`}
      </Text>
      <div className={classes.dialogRows}>
        <PagedRows
          list={rows}
          label="What would be removed"
          testId="held-preview-rows"
          estimate={30}
          keyOf={(row) => (row.what === 'entity' ? `entity ${row.entity.id}` : `relationship ${row.id}`)}
          onRange={showHeldRows}
        >
          {(row) => <Row row={row} />}
        </PagedRows>
      </div>
      <Decision removal={removal} count={rows.total} />
    </Stack>
  );
}

function Row({ row }: { readonly row: HeldRow }) {
  return (
    <div className={classes.dialogRow} data-testid="held-preview-row">
      {row.what === 'entity' ? (
        <EntityLabel entity={row.entity} size="xs" />
      ) : (
        <>
          <EntityLabel entity={row.source} size="xs" />
          <span>→</span>
          <EntityLabel entity={row.target} size="xs" />
          {row.type === null ? null : <span className={classes.faint}>{row.type}</span>}
        </>
      )}
    </div>
  );
}

function Decision({ removal, count }: { readonly removal: HeldRemoval; readonly count: number | null }) {
  const { releaseHeld, showHeld } = useActions();
  const [sure, setSure] = useState(false);
  const release = async () => {
    await releaseHeld(removal.id);
    showHeld(null);
  };
  if (removal.released) return <Text size="sm">Released: it goes with the next sync.</Text>;
  return (
    <Group justify="space-between" align="center" gap="xs">
      <Checkbox
        size="xs"
        label={`I want ${removal.side === 'here' ? 'these removed here' : 'these deleted there'}`}
        data-testid="held-sure"
        checked={sure}
        onChange={({ currentTarget }) => setSure(currentTarget.checked)}
      />
      <Group gap="xs">
        <Button variant="default" data-testid="held-keep" onClick={() => showHeld(null)}>
          Keep holding
        </Button>
        <Button
          color="red"
          disabled={!sure || count === null}
          data-testid="release"
          onClick={() => void release()}
        >
          Release {formatCount(removal.count)}
        </Button>
      </Group>
    </Group>
  );
}
