import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, type RefObject, useRef, useState } from 'react';
import { PAGE_SIZE, type PageCache, type RowRange, rowAt } from '../store/page-cache.ts';
import { toMovedIndex } from './move.ts';
import classes from './paged-rows.module.css';

interface PagedRowsProps<T> {
  readonly list: PageCache<T>;
  readonly label: string;
  readonly testId: string;
  /** The height of a row in pixels before it was measured. */
  readonly estimate: number;
  readonly keyOf: (row: T, index: number) => string | number;
  /** Told when other pages come into sight. */
  readonly onRange: (range: RowRange) => void;
  /** What the space bar does on a row that has the focus. */
  readonly onToggle?: (row: T) => void;
  /** Draws a row; `before` is the one above it, where that is known. */
  readonly children: (row: T, before: T | undefined, index: number) => ReactNode;
}

/** A list of any length: only rows in sight are drawn and read. Another question starts at its top again. */
export function PagedRows<T>(props: PagedRowsProps<T>) {
  return <Rows key={props.list.query} {...props} />;
}

function Rows<T>({ list, label, testId, estimate, keyOf, onRange, onToggle, children }: PagedRowsProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const tellRange = useRangeTeller(onRange);
  const total = list.total ?? 0;
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not used, so nothing is memoised wrongly
  const rows = useVirtualizer<HTMLDivElement, Element>({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: (index) => {
      const row = rowAt(list, index);
      return row === undefined ? `unread ${index}` : keyOf(row, index);
    },
    overscan: 6,
    onChange: tellRange,
  });
  const keys = useRowKeys({ scroller, rows, total, estimate });
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    const row = rowAt(list, keys.active);
    const onRow = event.target instanceof HTMLElement && event.target.dataset['index'] !== undefined;
    if (event.key !== ' ' || !onRow || row === undefined) return keys.move(event);
    event.preventDefault();
    onToggle?.(row);
  };
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the rows of a <table> cannot be placed by hand
      role="grid"
      aria-rowcount={total}
      tabIndex={0}
      aria-label={label}
      data-testid={testId}
      onKeyDown={press}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const row = rowAt(list, index);
          return (
            <Row key={key} index={index} top={start} onMount={rows.measureElement} onActive={keys.setActive}>
              {row === undefined ? (
                <div className={classes.waiting} style={{ height: estimate }} />
              ) : (
                children(row, rowAt(list, index - 1), index)
              )}
            </Row>
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly index: number;
  readonly top: number;
  readonly onMount: (element: Element | null) => void;
  readonly onActive: (index: number) => void;
  readonly children: ReactNode;
}

function Row({ index, top, onMount, onActive, children }: RowProps) {
  return (
    <div
      ref={onMount}
      className={classes.row}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see the grid
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 1}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={() => onActive(index)}
    >
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- see the grid */}
      <div role="gridcell">{children}</div>
    </div>
  );
}

interface RowKeys {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly rows: Virtualizer<HTMLDivElement, Element>;
  readonly total: number;
  readonly estimate: number;
}

/** Arrows, page keys, Home and End move the focus from row to row. */
function useRowKeys({ scroller, rows, total, estimate }: RowKeys) {
  const [active, setActive] = useState(-1);
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox') return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / estimate) - 1);
    const next = toMovedIndex(event.key, Math.min(active, total - 1), { total, page });
    if (next === null) return;
    event.preventDefault();
    setActive(next);
    rows.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus({ preventScroll: true }),
    );
  };
  return { active, setActive, move };
}

/** Tells which rows are in sight, once per change of pages and not once per scrolled pixel. */
function useRangeTeller(onRange: (range: RowRange) => void) {
  const told = useRef('0-0');
  return ({ range }: Virtualizer<HTMLDivElement, Element>) => {
    const first = range?.startIndex ?? 0;
    const last = range?.endIndex ?? 0;
    const pages = `${Math.floor(first / PAGE_SIZE)}-${Math.floor(last / PAGE_SIZE)}`;
    if (pages === told.current) return;
    told.current = pages;
    onRange({ first, last });
  };
}
