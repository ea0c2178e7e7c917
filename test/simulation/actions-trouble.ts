import { pickNumber, pickOne } from '../servers/shared/random.ts';
import type { Call, FaultKind, FaultRule } from './faults.ts';
import type { Deed } from './model.ts';

export const reads: readonly Call[] = [
  'identify',
  'fetchEntities',
  'fetchRelationshipsOf',
  'fetchLiveness',
  'fetchChanges',
  'probe',
];
export const writes: readonly Call[] = ['create', 'remove'];
export const lists: readonly Call[] = ['fetchEntities', 'fetchRelationshipsOf'];

/** A fault of a kind waits for the client's next calls. */
export function arm(kind: FaultKind, on: readonly Call[], when: FaultRule['when'] = 'before'): Deed {
  return ({ client, random }) => {
    const skip = pickNumber(random, 0, on === writes ? 1 : 8);
    const times = pickNumber(random, 1, on === writes ? 3 : 5);
    client.faults.push({ on, kind, when, skip, times });
    return `${kind} ${when} ${skip} ${times}`;
  };
}

/** What is wrong with the network, the account or the server. */
export const troubles = {
  'no network': ({ client }) => {
    client.online = !client.online;
    if (client.book.runSince !== null) client.world.seen.add('network flaps in a run');
    return client.online ? 'back' : 'away';
  },
  'connection is reset': arm('unreachable', [...reads, ...writes]),
  'a write is lost': arm('timeout', writes, 'before'),
  'the answer to a write is lost': arm('timeout', writes, 'after'),
  'the connection breaks after a write': arm('unreachable', writes, 'after'),
  'a write arrives late': arm('late', writes),
  'a read times out': arm('timeout', reads),
  'the server fails': arm('server-fault', [...reads, ...writes]),
  'the server fails after a write': arm('server-fault', writes, 'after'),
  'a foreign page answers': arm('foreign-answer', [...reads, ...writes]),
  'a foreign page answers a write': arm('foreign-answer', writes, 'after'),
  'too many requests': arm('rate-limited', [...reads, ...writes]),
  'the key is refused': arm('unauthorised', [...reads, ...writes]),
  'a write is forbidden': arm('forbidden', writes),
  'the door closes behind a write': arm('forbidden', writes, 'after'),
  'a write is refused': arm('refused', writes),
  'a batch fails in part': arm('partial', writes),
  'a list fails on a page': arm('server-fault', [...lists, 'fetchChanges']),
  'the feed forgets its cursors': ({ world }) => {
    world.home.epoch += 1;
    return world.hasFeed ? 'done' : 'no feed';
  },
  'a list is empty': arm('empty', lists),
  'a list omits rows': arm('omit', lists),
  'a list repeats rows': arm('repeat', lists),
  'a read is stale': arm('stale', ['fetchRelationshipsOf', 'probe']),
  'a list is unsteady': arm('unsteady-list', lists),
  'a type is refused': ({ world, random }) => {
    const { refusedTypes } = world.home;
    const type = pickOne(random, world.types);
    if (!refusedTypes.delete(type)) refusedTypes.add(type);
    return type;
  },
  'a pair is refused': ({ world, random }) => {
    const { refusedPairs } = world.home;
    const pair = `${pickOne(random, world.kinds)} ${pickOne(random, world.kinds)}`;
    if (!refusedPairs.delete(pair)) refusedPairs.add(pair);
    return pair;
  },
  'the server only reads': ({ world }) => {
    world.home.readOnly = !world.home.readOnly;
    return String(world.home.readOnly);
  },
  'the key speaks for another account': ({ world, client }) => {
    const { runSince } = client.book;
    // nothing can tell a key that went and came between two looks: RULES.md, The course of a sync
    if (world.edition > 1 && runSince !== null && client.swappedAt >= runSince) return 'it stays as it is';
    client.account = client.account === world.home ? world.strange : world.home;
    client.swappedAt = world.tick;
    if (client.book.runSince !== null) world.seen.add('swapped in a run');
    return client.account.name;
  },
  'the key is lost': ({ client }) => {
    client.hasSecret = !client.hasSecret;
    return String(client.hasSecret);
  },
  'a kind is not pulled': ({ world, random }) => {
    const at = world.kinds.indexOf('metric');
    if (at >= 0 && random() < 0.5) world.kinds.splice(at, 1);
    else if (at < 0) world.kinds.push('metric');
    return world.kinds.join(' ');
  },
} as const satisfies Record<string, Deed>;
