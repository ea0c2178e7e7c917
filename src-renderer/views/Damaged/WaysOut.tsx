import { Button, type ButtonProps } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';

/** What the two ways out of damage do. */
export const waysOut =
  'A backup brings back everything until it was made; what it replaces is kept beside it. Without one, what can ' +
  'still be read is copied into a new workspace.';

interface WaysOutProps {
  readonly path: string;
  readonly size: NonNullable<ButtonProps['size']>;
}

/** The two ways out of damage: the damaged file itself is never changed. */
export function WaysOut({ path, size }: WaysOutProps) {
  const isBusy = useAppState(({ server }) => server.careProgress !== null);
  const { restoreWorkspace, recoverWorkspace } = useActions();
  return (
    <>
      <Button
        variant="default"
        size={size}
        data-testid="recover"
        disabled={isBusy}
        onClick={() => void recoverWorkspace(path)}
      >
        Recover what can be read…
      </Button>
      <Button size={size} data-testid="restore" disabled={isBusy} onClick={() => void restoreWorkspace(path)}>
        Restore a backup…
      </Button>
    </>
  );
}
