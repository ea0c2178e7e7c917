import { Button, Group, Loader, Text } from '@mantine/core';
import type { EntityDetail, Relationship } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { RELATIONSHIP_PAGE } from '../../store/state.ts';
import { formatCount } from '../../ui/format.ts';
import classes from './inspector.module.css';
import { RelationshipRow } from './RelationshipRow.tsx';

/** The relationships of an entity, those that leave it before those that reach it. */
export function RelationshipList({ entity }: { readonly entity: EntityDetail }) {
  const list = useAppState(({ server: { entityRelationships: known } }) =>
    known?.entityId === entity.id ? known : null,
  );
  const { showMoreRelationships } = useActions();
  const rows = list?.rows ?? [];
  const outgoing = rows.filter(({ source }) => source.id === entity.id);
  const incoming = rows.filter(({ source }) => source.id !== entity.id);
  const total = list?.total ?? entity.relationshipCount;
  return (
    <section className={classes.section} aria-label="Relationships" data-testid="relationships">
      <Group gap={6}>
        <Text size="xs" fw={600} c="dimmed">
          Relationships
        </Text>
        <Text size="xs" c="dimmed" data-testid="relationship-count">
          {formatCount(total)}
        </Text>
        {list === null ? <Loader size={12} /> : null}
      </Group>
      <RelationshipGroup title="Is parent of →" entity={entity} rows={outgoing} />
      <RelationshipGroup title="← Is child of" entity={entity} rows={incoming} />
      {total === 0 ? (
        <Text size="xs" c="dimmed" mt={4}>
          None known.
        </Text>
      ) : null}
      {rows.length < total && list !== null ? (
        <Group gap="xs" mt={6} justify="space-between">
          <Text size="xs" c="dimmed">
            {formatCount(rows.length)} of {formatCount(total)} shown
          </Text>
          <Button variant="default" size="compact-xs" data-testid="load-more" onClick={showMoreRelationships}>
            Load {formatCount(Math.min(RELATIONSHIP_PAGE, total - rows.length))} more
          </Button>
        </Group>
      ) : null}
    </section>
  );
}

interface RelationshipGroupProps {
  readonly title: string;
  readonly entity: EntityDetail;
  readonly rows: readonly Relationship[];
}

function RelationshipGroup({ title, entity, rows }: RelationshipGroupProps) {
  if (rows.length === 0) return null;
  return (
    <>
      <Text size="xs" mt={8} mb={2} fw={500}>
        {title}
      </Text>
      <ul className={classes.rows} aria-label={title}>
        {rows.map((relationship) => (
          <RelationshipRow key={relationship.id} relationship={relationship} entityId={entity.id} />
        ))}
      </ul>
    </>
  );
}
