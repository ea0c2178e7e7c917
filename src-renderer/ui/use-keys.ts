import { type HotkeyItem, useHotkeys } from '@mantine/hooks';

/** A key and what it does. */
export type KeyBinding = readonly [key: string, run: () => void];

/** Keys of the window. They sleep while a person types and while a dialog or a menu is open. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  useHotkeys(
    bindings.map(
      ([key, run]): HotkeyItem => [
        key,
        (event) => {
          if (isInOverlay(event.target)) return;
          event.preventDefault();
          run();
        },
        { preventDefault: false },
      ],
    ),
  );
}

function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"], dialog') !== null;
}
