import { Group, Text } from '@mantine/core';
import type { EntitySummary } from '../../src-preload/contract/model.ts';
import { KindIcon } from './KindIcon.tsx';

/** An entity in one line: kind, name, and whether it is archived or gone. */
export function EntityLabel({ entity, size = 'sm' }: { entity: EntitySummary; size?: 'xs' | 'sm' }) {
  return (
    <Group gap={6} wrap="nowrap" miw={0}>
      <KindIcon kind={entity.kind} size={15} />
      <Text size={size} dir="auto" truncate td={entity.removed ? 'line-through' : ''} title={entity.name}>
        {entity.name}
      </Text>
      {entity.removed ? <Mark text="removed" /> : entity.archived ? <Mark text="archived" /> : null}
    </Group>
  );
}

function Mark({ text }: { text: string }) {
  return (
    <Text component="span" size="xs" c="dimmed" fs="italic" style={{ flex: 'none' }}>
      {text}
    </Text>
  );
}
