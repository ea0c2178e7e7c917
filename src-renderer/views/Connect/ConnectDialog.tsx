import { Modal } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { ConnectForm } from './ConnectForm.tsx';

/** Asks what a connection needs. A prefilled one waits for “Connect” like any other. */
export function ConnectDialog() {
  const connecting = useAppState(({ view }) => view.connecting);
  const { closeConnectDialog } = useActions();
  return (
    <Modal opened={connecting !== null} onClose={closeConnectDialog} title="Connect a system" size={480}>
      {connecting === null ? null : <ConnectForm prefill={connecting.prefill} />}
    </Modal>
  );
}
