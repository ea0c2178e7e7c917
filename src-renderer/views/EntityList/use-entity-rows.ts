import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useActions, useAppState } from '../../store/context.ts';
import { PAGE_SIZE, rowAt } from '../../store/page-cache.ts';
import { toMovedIndex } from '../../ui/move.ts';
import { ROW_HEIGHT } from './EntityRow.tsx';

type Rows = Virtualizer<HTMLDivElement, Element>;

/** Which rows are in sight, which one is active, and what keys and clicks do to that. */
export function useEntityRows() {
  const { openEntity } = useActions();
  const list = useAppState(({ server }) => server.entityList);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const total = list.total ?? 0;
  const tellPages = usePageTeller();
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not used, so nothing is memoised wrongly
  const rows = useVirtualizer<HTMLDivElement, Element>({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    onChange: tellPages,
  });
  const open = (index: number) => {
    const entity = rowAt(list, index);
    setActive(index);
    if (entity !== undefined) openEntity(entity.id);
  };
  const openAt = (target: EventTarget) => {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    if (row !== null) open(Number(row.dataset['index']));
  };
  const move = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const next = toMovedIndex(event.key, Math.min(active, total - 1), { total, page });
    const opens = event.key === 'Enter' || event.key === ' ';
    if (next === null && !opens) return;
    event.preventDefault();
    if (next === null) return open(active);
    setActive(next);
    rows.scrollToIndex(next);
  };
  return { list, total, rows, scroller, active, openAt, move };
}

/** Tells the store which pages are in sight, once per change and not once per scrolled pixel. */
function usePageTeller(): (rows: Rows) => void {
  const { showRows } = useActions();
  const pagesInSight = useRef('0-0');
  return ({ range }) => {
    const first = range?.startIndex ?? 0;
    const last = range?.endIndex ?? 0;
    const pages = `${Math.floor(first / PAGE_SIZE)}-${Math.floor(last / PAGE_SIZE)}`;
    if (pages === pagesInSight.current) return;
    pagesInSight.current = pages;
    showRows({ first, last });
  };
}
