import { ActionIcon, Badge, Tooltip } from '@mantine/core';
import { IconArrowsDiagonal, IconArrowsDiagonalMinimize2, IconChevronDown } from '@tabler/icons-react';
import { type ComponentType, useState } from 'react';
import { useActions, useAppState } from '../../store/context.ts';
import { isFine } from '../../store/selectors.ts';
import type { PanelTab } from '../../store/state.ts';
import { formatCount } from '../../ui/format.ts';
import { Conflicts } from './Conflicts.tsx';
import { Held } from './Held.tsx';
import { History } from './History.tsx';
import { Outbox } from './Outbox.tsx';
import classes from './panel.module.css';
import { Reports } from './Reports.tsx';
import { Status } from './Status.tsx';

interface Tab {
  readonly tab: PanelTab;
  readonly label: string;
  readonly body: ComponentType;
}

const tabs: readonly Tab[] = [
  { tab: 'status', label: 'Status', body: Status },
  { tab: 'outbox', label: 'Outbox', body: Outbox },
  { tab: 'conflicts', label: 'Conflicts', body: Conflicts },
  { tab: 'held', label: 'Held removals', body: Held },
  { tab: 'reports', label: 'Reports', body: Reports },
  { tab: 'history', label: 'History', body: History },
];

/** The drawer at the bottom: what is pending, what waits for a decision, what happened. */
export function Panel() {
  const shown = useAppState(({ view }) => view.panel);
  const counts = useCounts();
  const { togglePanel, closePanel } = useActions();
  const [large, setLarge] = useState(false);
  const Body = tabs.find(({ tab }) => tab === shown)?.body ?? null;
  return (
    <section className={classes.panel} aria-label="Changes and reports">
      <div className={classes.tabs} role="tablist">
        {tabs.map(({ tab, label }) => (
          <button
            key={tab}
            type="button"
            role="tab"
            id={`tab-${tab}`}
            className={classes.tab}
            aria-selected={tab === shown}
            aria-controls="panel-body"
            data-testid={`tab-${tab}`}
            onClick={() => togglePanel(tab)}
          >
            {label}
            <Count count={counts[tab]} loud={tab === 'conflicts' || tab === 'held' || tab === 'reports'} />
          </button>
        ))}
        {shown === null ? null : (
          <span className={classes.tabsEnd}>
            <Tooltip label={large ? 'Smaller' : 'Larger'}>
              <ActionIcon
                size="sm"
                aria-label="Large panel"
                aria-pressed={large}
                data-testid="panel-size"
                onClick={() => setLarge(!large)}
              >
                {large ? <IconArrowsDiagonalMinimize2 size={15} /> : <IconArrowsDiagonal size={15} />}
              </ActionIcon>
            </Tooltip>
            <ActionIcon size="sm" aria-label="Close the panel" onClick={closePanel}>
              <IconChevronDown size={15} />
            </ActionIcon>
          </span>
        )}
      </div>
      {Body === null ? null : (
        <div
          id="panel-body"
          className={classes.body}
          data-large={large || undefined}
          role="tabpanel"
          tabIndex={-1}
          aria-labelledby={`tab-${shown}`}
        >
          <Body />
        </div>
      )}
    </section>
  );
}

function Count({ count, loud }: { readonly count: number; readonly loud: boolean }) {
  if (count === 0) return null;
  return (
    <Badge size="sm" variant={loud ? 'filled' : 'light'} color={loud ? '#b8410b' : 'ink'} data-testid="count">
      {formatCount(count)}
    </Badge>
  );
}

/** What each tab is to be opened for. A report counts if the last sync of its connection was not fine. */
function useCounts(): Readonly<Record<PanelTab, number>> {
  return useAppState(({ server: { workspace, reports } }) => ({
    status: 0,
    outbox: workspace?.pendingCount ?? 0,
    conflicts: workspace?.conflictCount ?? 0,
    held: workspace?.heldCount ?? 0,
    reports: (workspace?.connections ?? []).filter(({ name }) => {
      const last = reports?.find(({ connection }) => connection === name);
      return last !== undefined && !isFine(last);
    }).length,
    history: 0,
  }));
}
