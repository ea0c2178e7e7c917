import { useLocalStorage } from '@mantine/hooks';
import type { KeyboardEvent, PointerEvent } from 'react';

interface SplitterOptions {
  /** Name under which the size is remembered on this computer. */
  readonly key: string;
  /** Sizes in pixels. */
  readonly start: number;
  readonly least: number;
  readonly most: number;
  /** The side of the window that the resized panel is on. */
  readonly side: 'left' | 'right';
}

const KEY_STEP = 16;

/** A panel's width and the properties of the handle that changes it, by pointer and by arrow keys. */
export function useSplitter({ key, start, least, most, side }: SplitterOptions) {
  const [size, setSize] = useLocalStorage({ key, defaultValue: start, getInitialValueInEffect: false });
  const set = (wanted: number) => setSize(Math.round(Math.max(least, Math.min(most, wanted))));
  const outward = side === 'left' ? 1 : -1;
  const handle = {
    role: 'separator',
    tabIndex: 0,
    'aria-orientation': 'vertical',
    'aria-valuenow': size,
    'aria-valuemin': least,
    'aria-valuemax': most,
    onPointerDown: ({ currentTarget, pointerId }: PointerEvent<HTMLElement>) =>
      currentTarget.setPointerCapture(pointerId),
    onPointerMove: ({ currentTarget, pointerId, clientX }: PointerEvent<HTMLElement>) => {
      if (!currentTarget.hasPointerCapture(pointerId)) return;
      set(side === 'left' ? clientX : window.innerWidth - clientX);
    },
    onKeyDown: ({ key: pressed }: KeyboardEvent) => {
      if (pressed === 'ArrowLeft') set(size - KEY_STEP * outward);
      if (pressed === 'ArrowRight') set(size + KEY_STEP * outward);
    },
  } as const;
  return { size, handle };
}
