import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './ui/app.css';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import { App } from './App.tsx';
import { readWindowBridge } from './api/request.ts';
import { createActions } from './store/actions.ts';
import { connectStore } from './store/connect.ts';
import { connectFocus } from './store/focus.ts';
import { connectMenu, connectOpenedFiles } from './store/menu.ts';
import { createAppStore } from './store/store.ts';
import { editText } from './ui/edit-text.ts';
import { entitySearch } from './views/Search/entity-search.ts';

// The page's content policy forbids code made from text, which zod would otherwise try.
config({ jitless: true });

const bridge = readWindowBridge();
const store = createAppStore();
const actions = createActions(store, bridge);
connectStore(store, bridge);
connectFocus(store, bridge);
connectMenu(store, bridge, actions, { openSearch: entitySearch.open, editText });
connectOpenedFiles(bridge, actions);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root element.');
createRoot(root).render(<App store={store} actions={actions} />);
void actions.begin();
