// Opens the workspace named by the first argument, relates the entities of the next two if they are given,
// says what it acknowledged on standard output, and then keeps the workspace open until it is ended.
import { createBackend } from '../../src-main/backend/index.ts';
import { EntityId } from '../../src-preload/contract/model.ts';
import { createPlainPorts, showLog } from './plain-ports.ts';

const [path = '', source, target] = process.argv.slice(2);
const backend = createBackend(createPlainPorts({ log: showLog }));
let answer: { readonly ok: boolean } = await backend.request('workspace:open', { path });
if (source !== undefined && target !== undefined) {
  const [sourceId, targetId] = [EntityId.parse(Number(source)), EntityId.parse(Number(target))];
  answer = await backend.request('relationships:relate', { sourceId, targetId, type: null, local: false });
}
process.stdout.write(`${JSON.stringify(answer)}\n`);
// the backend is named here so that it is not collected as garbage, which would close the workspace
setInterval(() => backend.onEvent(() => undefined)(), 60_000);
