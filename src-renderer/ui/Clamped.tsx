import { Text } from '@mantine/core';

/** A text that may hold a stranger's name of any length: a few lines of it. */
export function Clamped({ text }: { readonly text: string }) {
  return (
    <Text span inherit lineClamp={4} style={{ overflowWrap: 'anywhere' }}>
      {text}
    </Text>
  );
}
