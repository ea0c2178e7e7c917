import { Button, Group, Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './header.module.css';

interface WorkLineProps {
  readonly work: 'sync' | 'history' | 'care' | 'export' | 'drawing';
  /** Null where it cannot be stopped. */
  readonly onCancel: (() => void) | null;
  readonly children: ReactNode;
}

/** Work that takes a while: how far it is, and a way to stop it. */
export function WorkLine({ work, onCancel, children }: WorkLineProps) {
  return (
    <output className={classes.progress} data-testid={`${work}-progress`}>
      {children}
      {onCancel === null ? null : (
        <Button
          variant="subtle"
          size="compact-xs"
          ml="auto"
          style={{ flex: 'none' }}
          data-testid={`${work}-cancel`}
          onClick={onCancel}
        >
          Cancel
        </Button>
      )}
    </output>
  );
}

interface WorkBarProps {
  /** What is done. */
  readonly label: string;
  readonly text: string;
  readonly done: number;
  /** Null where nobody knows yet. */
  readonly total: number | null;
}

/** How far one piece of work is, in words and as a bar. */
export function WorkBar({ label, text, done, total }: WorkBarProps) {
  const share = total === null || total === 0 ? 100 : Math.min(100, (done / total) * 100);
  return (
    <Group gap="xs" wrap="nowrap" style={{ flex: 1 }}>
      <Text size="xs" style={{ flex: 'none' }}>
        {text}
      </Text>
      <Progress value={share} animated={total === null} size={4} style={{ flex: 1 }} aria-label={label} />
    </Group>
  );
}
