import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ConnectForm } from './ConnectForm.tsx';

/** Asks what a connection needs. A prefilled one waits for “Connect” like any other. */
export function ConnectDialog() {
  const connecting = useAppState(({ view }) => view.connecting);
  const { closeConnectDialog } = useActions();
  return (
    <Dialog opened={connecting !== null} onClose={closeConnectDialog} title="Connect a system" size={480}>
      {connecting === null ? null : <ConnectForm prefill={connecting.prefill} more={connecting.more} />}
    </Dialog>
  );
}
