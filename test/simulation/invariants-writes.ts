import { readConnection } from '../../src-main/backend/store/connections.ts';
import { nowIn, type SimClient } from './model.ts';
import { toValue } from './truth.ts';
import { fail, look } from './watch.ts';

/** More writes of one pair in one run than any sound course takes: a change of type and its way back. */
const WRITES_OF_A_PAIR = 8;

/** Before a write is sent again, the client has asked what became of the one before. */
export function noteWriteSent(
  client: SimClient,
  name: 'create' | 'remove',
  pair: string,
  type: string | null,
): void {
  const { book, world } = client;
  checkOrder(client, name, pair);
  checkAddressee(client, name, pair);
  if (book.runTask?.automatic === true) look(world, 'I17');
  if (isResting(client, pair)) fail(client, 'I17', `${name} ${pair} went by itself before it was due`);
  checkWished(client, name, pair, type);
  if (name === 'create') book.hasCreated = true;
  book.open.set(pair, { reads: 0 });
  book.flying.add(pair);
}

function checkOrder(client: SimClient, name: string, pair: string): void {
  const { book, world } = client;
  look(world, 'I15');
  if (book.flying.has(pair))
    fail(client, 'I15', `${name} ${pair} was sent while another write of it was under way`);
  const before = book.open.get(pair);
  if (before !== undefined) look(world, 'I7');
  if (before?.reads === 0) {
    fail(client, 'I7', `${name} ${pair} was sent again without asking what became of the last`);
  }
  const times = (book.sentInRun.get(pair) ?? 0) + 1;
  book.sentInRun.set(pair, times);
  look(world, 'I5');
  if (times > WRITES_OF_A_PAIR) fail(client, 'I5', `${pair} was written ${times} times in one run`);
}

function checkAddressee(client: SimClient, name: string, pair: string): void {
  const { world } = client;
  look(world, 'I16');
  if (client.account !== world.home && !isSwappedInRun(client)) {
    fail(client, 'I16', `${name} ${pair} went to another account`);
  }
  if (readConnection(client.db, client.connectionId).rebaseSince !== null) {
    fail(client, 'I16', `${name} ${pair} went before everything was read at the other address`);
  }
}

/** What was not due when the run began may become due before its turn comes: time passes in a run. */
function isResting({ book, world }: SimClient, pair: string): boolean {
  const until = book.resting.get(pair);
  return until !== undefined && (until === null || until > nowIn(world).toISOString());
}

/** Whether the key began to speak for someone else after the running sync had asked for whom it speaks. */
function isSwappedInRun({ book, swappedAt }: SimClient): boolean {
  return book.runSince !== null && swappedAt >= book.runSince;
}

/** Nothing is written that no wish of the user's calls for. */
function checkWished(client: SimClient, name: 'create' | 'remove', pair: string, type: string | null): void {
  const wish = client.book.wishes.get(pair);
  if (wish === undefined) {
    fail(client, 'I1', `${name} ${pair} was sent, and no user wants it`);
    return;
  }
  look(client.world, 'I1');
  if (name === 'create') {
    const isOld = wish.value.startsWith('present') && client.world.capabilities.typed; // the old type is put back
    if (wish.value !== toValue({ type }) && !isOld)
      fail(client, 'I1', `create ${pair} ${type} is not what the user wants`);
    return;
  }
  if (wish.value === 'absent') return;
  if (wish.value === toValue({ type })) fail(client, 'I8', `remove ${pair}, which the user wants as it is`);
  look(client.world, 'I14');
  if (!client.book.hasCreated)
    fail(client, 'I14', `remove ${pair} to change its type before any create was seen to work`);
}

/** What was sent, done and answered in a run is not sent again in it, unless the user has said something since. */
export function noteDone(
  client: SimClient,
  name: 'create' | 'remove',
  pair: string,
  type: string | null,
): void {
  const { book, world } = client;
  look(world, 'I5');
  const done = book.doneInRun.get(pair) ?? new Set();
  book.doneInRun.set(pair, done);
  const what = `${name} ${toValue({ type })}`;
  if (done.has(what))
    fail(client, 'I5', `${what} of ${pair} was done, and sent and done again in the same run`);
  done.add(what);
}

/** The write is over for whoever sent it, whatever became of it. */
export function noteWriteOver({ book }: SimClient, pair: string): void {
  book.flying.delete(pair);
}

export function noteWriteAnswered({ book }: SimClient, pair: string): void {
  book.lost.delete(pair);
  book.open.delete(pair);
}

export function noteRead({ book }: SimClient, pair: string): void {
  const open = book.open.get(pair);
  if (open !== undefined) open.reads += 1;
  book.lost.delete(pair);
}
