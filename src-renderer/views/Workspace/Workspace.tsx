import { Banners } from '../Banners/Banners.tsx';
import { EntityList } from '../EntityList/EntityList.tsx';
import { GraphView } from '../Graph/GraphView.tsx';
import { Header } from '../Header/Header.tsx';
import { Inspector } from '../Inspector/Inspector.tsx';
import { OwnEntityDialog } from '../OwnEntity/OwnEntityDialog.tsx';
import { DryRunDialog } from '../Panel/DryRunDialog.tsx';
import { FailuresDialog } from '../Panel/FailuresDialog.tsx';
import { HeldDialog } from '../Panel/HeldDialog.tsx';
import { Panel } from '../Panel/Panel.tsx';
import { SyncSettingsDialog } from '../Panel/SyncSettingsDialog.tsx';
import { OpenViewDialog } from '../SavedViews/OpenViewDialog.tsx';
import { ViewNameDialog } from '../SavedViews/ViewNameDialog.tsx';
import { EntitySearch } from '../Search/EntitySearch.tsx';
import { ExportDialog } from '../Transfer/ExportDialog.tsx';
import { ImportDialog } from '../Transfer/ImportDialog.tsx';
import { useSplitter } from './use-splitter.ts';
import { useWorkspaceKeys } from './use-workspace-keys.ts';
import classes from './workspace.module.css';

/** The window of an open workspace. */
export function Workspace() {
  useWorkspaceKeys();
  const left = useSplitter({ key: 'weft-left', start: 300, least: 220, most: 520, side: 'left' });
  const right = useSplitter({ key: 'weft-right', start: 340, least: 280, most: 560, side: 'right' });
  return (
    <div className={classes.window}>
      <Header />
      <Banners />
      <main
        className={classes.columns}
        style={{ gridTemplateColumns: `${left.size}px 1px minmax(0, 1fr) 1px ${right.size}px` }}
      >
        <EntityList />
        <div className={classes.handle} aria-label="Width of the entity list" {...left.handle} />
        <div className={classes.centre}>
          <GraphView />
          <Panel />
        </div>
        <div className={classes.handle} aria-label="Width of the inspector" {...right.handle} />
        <Inspector />
      </main>
      <EntitySearch />
      <DryRunDialog />
      <HeldDialog />
      <FailuresDialog />
      <SyncSettingsDialog />
      <ImportDialog />
      <ExportDialog />
      <OwnEntityDialog />
      <OpenViewDialog />
      <ViewNameDialog />
    </div>
  );
}
