import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useRef } from 'react';

/** A dialog that gives the focus back to where it was, also where a menu that is closed by now opened it. */
export function Dialog({ opened, ...others }: ModalProps) {
  const origin = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (opened) origin.current = findOrigin(document.activeElement);
  }, [opened]);
  const giveBack = () => {
    const focused = document.activeElement;
    // Where the person has gone elsewhere meanwhile, the focus stays there.
    if (focused === document.body || focused?.closest('[role="dialog"]')) origin.current?.focus();
  };
  return <Modal {...others} opened={opened} returnFocus={false} onExitTransitionEnd={giveBack} />;
}

/** What stays when the dialog is over: the button of a menu instead of the item that was chosen in it. */
function findOrigin(focused: Element | null): HTMLElement | null {
  const labelledBy = focused?.closest('[role="menu"]')?.getAttribute('aria-labelledby') ?? null;
  const origin = labelledBy === null ? focused : document.getElementById(labelledBy);
  return origin instanceof HTMLElement ? origin : null;
}
