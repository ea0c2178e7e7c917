interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

/** Every shortcut of the window, as the sheet lists them. */
export const shortcutGroups: readonly { readonly title: string; readonly shortcuts: readonly Shortcut[] }[] =
  [
    {
      title: 'Everywhere',
      shortcuts: [
        { keys: ['Ctrl', 'K'], does: 'Search all entities' },
        { keys: ['Ctrl', 'Shift', 'K'], does: 'Manage the connections' },
        { keys: ['Ctrl', 'Z'], does: 'Undo' },
        { keys: ['Ctrl', 'Shift', 'Z'], does: 'Redo' },
        { keys: ['Ctrl', 'I'], does: 'Import a file or what was copied' },
        { keys: ['Ctrl', 'E'], does: 'Export' },
        { keys: ['Ctrl', 'S'], does: 'Sync all connections' },
        { keys: ['?'], does: 'Show this sheet' },
      ],
    },
    {
      title: 'Entity list',
      shortcuts: [
        { keys: ['↑', '↓'], does: 'Move; with Page up, Page down, Home and End as well' },
        { keys: ['Enter'], does: 'Open the entity' },
        { keys: ['/'], does: 'Go to the search box' },
      ],
    },
    {
      title: 'Graph',
      shortcuts: [
        { keys: ['E'], does: 'Expand the selected entity' },
        { keys: ['C'], does: 'Collapse the selected entity' },
        { keys: ['P'], does: 'Pin the selected entity where it is, or no longer' },
        { keys: ['Q'], does: 'Go to the query of the graph' },
        { keys: ['R'], does: 'Relate: pick the first end, then the second' },
        { keys: ['F'], does: 'Fit the drawing to the window' },
        { keys: ['L'], does: 'Lay out again' },
        { keys: ['+', '−'], does: 'Zoom in and out' },
        { keys: ['G'], does: 'Go to the list of what is drawn' },
        { keys: ['Esc'], does: 'Cancel drawing, or clear the selection' },
        { keys: ['Del'], does: 'Remove the selected relationship' },
      ],
    },
    {
      title: 'Panels',
      shortcuts: [
        { keys: ['O'], does: 'Outbox' },
        { keys: ['H'], does: 'History' },
      ],
    },
  ];
