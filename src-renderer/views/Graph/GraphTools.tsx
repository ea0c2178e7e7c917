import { ActionIcon, Button, Group, Paper, Tooltip } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconLayoutDistributeVertical,
  IconLine,
  IconMinus,
  IconPlus,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Canvas } from '../../graph/canvas.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectSelectedEntityId } from '../../store/selectors.ts';
import classes from './graph.module.css';

/** Buttons over the drawing. */
export function GraphTools({ canvas }: { readonly canvas: Canvas | null }) {
  return (
    <div className={classes.tools}>
      <RelateButton />
      <ExpandButtons />
      <PinButton />
      <Paper className={classes.toolGroup} role="toolbar" aria-label="Viewport">
        <Tool label="Zoom in (+)" testId="zoom-in" onClick={() => canvas?.zoomBy(1.25)}>
          <IconPlus size={15} />
        </Tool>
        <Tool label="Zoom out (−)" testId="zoom-out" onClick={() => canvas?.zoomBy(0.8)}>
          <IconMinus size={15} />
        </Tool>
        <Tool label="Fit to the window (F)" testId="fit" onClick={() => canvas?.fit()}>
          <IconArrowsMaximize size={15} />
        </Tool>
        <Tool label="Lay out again (L)" testId="re-layout" onClick={() => canvas?.arrangeAll()}>
          <IconLayoutDistributeVertical size={15} />
        </Tool>
      </Paper>
    </div>
  );
}

interface ToolProps {
  readonly label: string;
  readonly testId: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Tool({ label, testId, onClick, children }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} data-testid={testId} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function RelateButton() {
  const relating = useAppState(({ view }) => view.relating);
  const { startRelating, stopRelating } = useActions();
  if (relating === null) {
    return (
      <Tooltip label="Draw a relationship: drag from one entity to another, or click both (R)">
        <Button
          variant="default"
          leftSection={<IconLine size={15} />}
          data-testid="relate"
          onClick={() => startRelating(null)}
        >
          Relate
        </Button>
      </Tooltip>
    );
  }
  return (
    <Group gap={8} wrap="nowrap">
      <Button rightSection={<IconX size={14} />} data-testid="relate" aria-pressed onClick={stopRelating}>
        Relate
      </Button>
      <output className={classes.hint}>
        {relating.sourceId === null
          ? 'Drag from one entity to another, or click the first'
          : 'Now the second entity'}
      </output>
    </Group>
  );
}

function ExpandButtons() {
  const selectedId = useAppState(selectSelectedEntityId);
  const roots = useAppState(({ view }) => view.roots);
  const isAlone = useAppState(({ view }) => view.drawing.kept.length === 0 && view.drawing.query === '');
  const { expand, collapse } = useActions();
  if (selectedId === null) return null;
  const isRoot = roots.includes(selectedId);
  if (isRoot && roots.length === 1 && isAlone) return null;
  return isRoot ? (
    <Tooltip label="No longer draw what only this entity brought in (C)">
      <Button variant="default" data-testid="collapse" onClick={() => collapse(selectedId)}>
        Collapse
      </Button>
    </Tooltip>
  ) : (
    <Tooltip label="Draw its relationships too (E, or double-click)">
      <Button variant="default" data-testid="expand" onClick={() => expand(selectedId)}>
        Expand
      </Button>
    </Tooltip>
  );
}

function PinButton() {
  const selectedId = useAppState(selectSelectedEntityId);
  const pinned = useAppState(({ view }) => selectedId !== null && view.drawing.pins.includes(selectedId));
  const { togglePin } = useActions();
  if (selectedId === null) return null;
  return (
    <Tooltip label="Stays where it is when the rest is laid out again (P)">
      <Button
        variant={pinned ? 'filled' : 'default'}
        aria-pressed={pinned}
        data-testid="pin"
        onClick={() => togglePin(selectedId)}
      >
        Pin
      </Button>
    </Tooltip>
  );
}
