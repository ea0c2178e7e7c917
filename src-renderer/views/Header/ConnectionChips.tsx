import { Tooltip } from '@mantine/core';
import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { scopeWords } from '../../../src-preload/contract/scope-words.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectConnections } from '../../store/selectors.ts';
import { countOf } from '../../ui/format.ts';
import { toConnectionWords, toSignInWords } from './connection-words.ts';
import classes from './header.module.css';

/** How each connection is. */
export function ConnectionChips() {
  const connections = useAppState(selectConnections);
  return (
    <output className={classes.chips} aria-label="Connections">
      {connections.map((connection) => (
        <Chip key={connection.id} connection={connection} />
      ))}
    </output>
  );
}

function Chip({ connection }: { readonly connection: ConnectionStatus }) {
  const { openConnections } = useActions();
  const { tone, text: state } = toConnectionWords(connection);
  const text = [state, toSignInWords(connection)].filter((part) => part !== null).join(' · ');
  const what = scopeWords[connection.remote];
  const rate = Math.round(connection.rate * 10) / 10;
  const pending =
    connection.pendingCount > 0 ? ` · ${countOf(connection.pendingCount, 'pending change')}` : '';
  return (
    <Tooltip
      label={`${connection.name}: ${text}${pending}. ${connection.url}, ${what} ${connection.scope}, ${rate} requests a second`}
    >
      <button
        type="button"
        className={classes.chip}
        data-testid="connection-chip"
        data-state={connection.state}
        onClick={() => openConnections(connection.id)}
      >
        <span className={classes.dot} data-tone={tone} />
        <span className={classes.chipName}>{connection.name}</span>
        <span className={classes.chipText}>{text}</span>
      </button>
    </Tooltip>
  );
}
