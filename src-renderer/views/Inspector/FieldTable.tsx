import { Text } from '@mantine/core';
import type { EntityField } from '../../../src-preload/contract/model.ts';
import classes from './inspector.module.css';

/** What the remote says of an entity, field by field. */
export function FieldTable({ fields }: { readonly fields: readonly EntityField[] }) {
  if (fields.length === 0) return null;
  return (
    <section className={classes.section} aria-label="Fields">
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        Fields
      </Text>
      <dl className={classes.fields} data-testid="fields">
        {fields.map(({ name, value }) => (
          <div key={name} className={classes.field}>
            <dt title={name}>{name}</dt>
            <dd dir="auto">{toText(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function toText(value: EntityField['value']): string {
  if (value === null || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
