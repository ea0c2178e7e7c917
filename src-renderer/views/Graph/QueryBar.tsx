import { CloseButton, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFilter, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { FilterMode } from '../../../src-preload/contract/views.ts';
import type { Canvas } from '../../graph/canvas.ts';
import { useActions, useAppState } from '../../store/context.ts';
import type { Problem } from '../../store/problems.ts';
import classes from './graph.module.css';
import { ViewsMenu } from './ViewsMenu.tsx';

/** What the graph draws and what of it stands out, as texts; and the saved views. */
export function QueryBar({ canvas }: { readonly canvas: Canvas | null }) {
  return (
    <search className={classes.queryBar} aria-label="What the graph draws">
      <QueryBox />
      <FilterBox />
      <ViewsMenu canvas={canvas} />
    </search>
  );
}

/** Holds what is typed until it is applied; takes over what is applied by something else, such as an opened view. */
function useTyped(applied: string) {
  const [state, setState] = useState({ typed: applied, applied });
  if (state.applied !== applied) setState({ typed: applied, applied });
  return [
    state.applied === applied ? state.typed : applied,
    (typed: string) => setState({ typed, applied }),
  ] as const;
}

/** Puts the caret where a text cannot be read, while it is being typed in. */
function useCaretAt(problem: Problem | null) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const box = input.current;
    if (box === null || problem?.position === undefined || document.activeElement !== box) return;
    const start = box.value.length - box.value.trimStart().length;
    box.setSelectionRange(start + problem.position, start + problem.position);
  }, [problem]);
  return input;
}

function QueryBox() {
  const { drawQuery, dropAskedQuery } = useActions();
  const query = useAppState(({ view }) => view.drawing.query);
  const problem = useAppState(
    ({ view, server }) => view.drawing.asked?.problem ?? server.drawing?.queryProblem ?? null,
  );
  const [typed, setTyped] = useTyped(query);
  const input = useCaretAt(problem);
  const apply = (text: string) => {
    setTyped(text);
    void drawQuery(text.trim());
  };
  const takeBack = () => {
    setTyped(query);
    dropAskedQuery();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') apply(typed);
    if (event.key === 'Escape') takeBack();
  };
  return (
    <TextInput
      ref={input}
      id="graph-query"
      className={classes.queryBox}
      size="xs"
      placeholder="Draw by a query"
      aria-label="Draw what matches a query"
      data-testid="graph-query"
      leftSection={<IconSearch size={14} />}
      rightSection={
        typed === '' ? null : <CloseButton size="xs" aria-label="Clear the query" onClick={() => apply('')} />
      }
      title={typed}
      value={typed}
      error={problem?.message}
      errorProps={{ 'data-testid': 'graph-query-problem', className: classes.boxProblem }}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

function FilterBox() {
  const { filterDrawing } = useActions();
  const { text, mode } = useAppState(({ view }) => view.drawing.filter);
  const problem = useAppState(({ server }) => server.drawing?.filterProblem ?? null);
  const [typed, setTyped] = useTyped(text);
  const applySoon = useDebouncedCallback((next: string) => filterDrawing(next, mode), 200);
  const change = (next: string) => {
    setTyped(next);
    applySoon(next);
  };
  return (
    <div className={classes.filterBox}>
      <TextInput
        className={classes.queryBox}
        size="xs"
        placeholder="Filter the drawing"
        aria-label="Filter what is drawn by a query"
        data-testid="graph-filter"
        leftSection={<IconFilter size={14} />}
        rightSection={
          typed === '' ? null : (
            <CloseButton size="xs" aria-label="Clear the filter" onClick={() => change('')} />
          )
        }
        title={typed}
        value={typed}
        error={problem?.message}
        errorProps={{ 'data-testid': 'graph-filter-problem', className: classes.boxProblem }}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      />
      <SegmentedControl
        size="xs"
        aria-label="What becomes of what does not match"
        data-testid="graph-filter-mode"
        value={mode}
        data={[
          { value: 'dim', label: 'Dim' },
          { value: 'hide', label: 'Hide' },
        ]}
        onChange={(next) => filterDrawing(typed, FilterMode.parse(next))}
      />
    </div>
  );
}
