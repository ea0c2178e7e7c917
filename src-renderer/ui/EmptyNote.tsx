import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A calm line where there is nothing to list. */
export function EmptyNote({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack gap={4} align="center" justify="center" h="100%" mih={90} px="lg" ta="center">
      <Text size="sm" fw={500}>
        {title}
      </Text>
      {children === undefined ? null : (
        <Text size="xs" c="dimmed" maw={420}>
          {children}
        </Text>
      )}
    </Stack>
  );
}
