import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useActions, useAppState } from '../../store/context.ts';
import { Clamped } from '../../ui/Clamped.tsx';

/** Undo and redo; the tooltip says what they would do. */
export function UndoButtons() {
  const undo = useAppState(({ server }) => server.workspace?.undo ?? null);
  const redo = useAppState(({ server }) => server.workspace?.redo ?? null);
  const actions = useActions();
  return (
    <Group gap={2} wrap="nowrap">
      <StepButton label="Undo" nothing="Nothing to undo" what={undo} testId="undo" onStep={actions.undo}>
        <IconArrowBackUp size={16} />
      </StepButton>
      <StepButton label="Redo" nothing="Nothing to redo" what={redo} testId="redo" onStep={actions.redo}>
        <IconArrowForwardUp size={16} />
      </StepButton>
    </Group>
  );
}

interface StepButtonProps {
  readonly label: string;
  readonly nothing: string;
  readonly what: string | null;
  readonly testId: string;
  readonly onStep: () => Promise<void>;
  readonly children: ReactNode;
}

/** Not disabled as HTML knows it where there is nothing to do, so that its tooltip can still say so. */
function StepButton({ label, nothing, what, testId, onStep, children }: StepButtonProps) {
  const off = what === null ? { 'data-disabled': true, 'aria-disabled': true } : {};
  return (
    <Tooltip label={<Clamped text={what === null ? nothing : `${label}: ${what}`} />}>
      <ActionIcon
        aria-label={label}
        data-testid={testId}
        {...off}
        onClick={() => (what === null ? undefined : void onStep())}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
