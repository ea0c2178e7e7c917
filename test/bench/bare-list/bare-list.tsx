import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { createRoot } from 'react-dom/client';

const ROW_HEIGHT = 30;

/** The least that a list of many rows needs: names in memory, and a plain div for each row in sight. */
function BareList({ names }: { readonly names: readonly string[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the React Compiler is not used, so nothing is memoised wrongly
  const rows = useVirtualizer<HTMLDivElement, Element>({
    count: names.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  return (
    <div ref={scroller} className="list" data-testid="bare-rows">
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            className="row"
            data-testid="bare-row"
            style={{ transform: `translateY(${start}px)` }}
          >
            {names[index]}
          </div>
        ))}
      </div>
    </div>
  );
}

const answer = await fetch('./names.json');
const names: unknown = await answer.json();
const root = document.createElement('div');
document.body.append(root);
createRoot(root).render(<BareList names={Array.isArray(names) ? names.map(String) : []} />);
