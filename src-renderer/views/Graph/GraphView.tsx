import { useRef } from 'react';
import { useActions, useAppState } from '../../store/context.ts';
import { selectSelectedEntityId } from '../../store/selectors.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import { DrawnList } from './DrawnList.tsx';
import { GraphTools } from './GraphTools.tsx';
import classes from './graph.module.css';
import { Legend } from './Legend.tsx';
import { OmittedLine } from './OmittedLine.tsx';
import { QueryBar } from './QueryBar.tsx';
import { RelatePopover } from './RelatePopover.tsx';
import { useCanvas } from './use-canvas.ts';

/** The graph around what was opened. */
export function GraphView() {
  const { holder, canvas, isEmpty } = useCanvas();
  const drawnList = useRef<HTMLUListElement>(null);
  const relating = useAppState(({ view }) => view.relating);
  useGraphKeys(canvas, () => drawnList.current?.querySelector('button')?.focus());
  return (
    <section className={classes.graph} aria-label="Graph" data-relating={relating !== null || undefined}>
      <div ref={holder} className={classes.canvas} aria-hidden="true" data-testid="graph-canvas" />
      {isEmpty ? <NothingDrawn /> : null}
      <div className={classes.head}>
        <QueryBar canvas={canvas} />
        <GraphTools canvas={canvas} />
        <DrawnList listRef={drawnList} placeOf={(id) => canvas?.placeOf(id) ?? { x: 0, y: 0 }} />
      </div>
      <div className={classes.foot}>
        <OmittedLine />
        <Legend />
      </div>
      <RelatePopover />
    </section>
  );
}

function NothingDrawn() {
  const hasEntities = useAppState(({ server }) => (server.workspace?.entityCount ?? 0) > 0);
  return (
    <div className={classes.empty}>
      <EmptyNote title="Nothing drawn yet">
        {hasEntities
          ? 'Choose an entity in the list, press Ctrl K and type its name, or type a query such as kind:asset above.'
          : 'Once the workspace has entities, choose one in the list to see what it relates to.'}
      </EmptyNote>
    </div>
  );
}

/** Keys of the graph; they sleep while a person types. */
function useGraphKeys(canvas: ReturnType<typeof useCanvas>['canvas'], focusList: () => void): void {
  const actions = useActions();
  const selectedId = useAppState(selectSelectedEntityId);
  const selection = useAppState(({ view }) => view.selection);
  const relating = useAppState(({ view }) => view.relating);
  const escape = () => {
    if (canvas?.cancelDrag()) return;
    if (relating !== null) actions.stopRelating();
    else actions.clearSelection();
  };
  useKeys([
    ['E', () => (selectedId === null ? undefined : actions.expand(selectedId))],
    ['C', () => (selectedId === null ? undefined : actions.collapse(selectedId))],
    ['P', () => (selectedId === null ? undefined : actions.togglePin(selectedId))],
    ['Q', () => document.getElementById('graph-query')?.focus()],
    ['R', () => (relating === null ? actions.startRelating(null) : actions.stopRelating())],
    ['F', () => canvas?.fit()],
    ['L', () => canvas?.arrangeAll()],
    ['G', focusList],
    ['=', () => canvas?.zoomBy(1.25)],
    ['shift + =', () => canvas?.zoomBy(1.25)],
    ['-', () => canvas?.zoomBy(0.8)],
    ['Escape', escape],
    ['Delete', () => (selection.kind === 'relationship' ? void actions.unrelate(selection.id) : undefined)],
  ]);
}
