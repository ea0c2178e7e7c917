import type { FakeOptions, FakeRemote } from '../../support/fake-remote.ts';
import {
  connectsAs,
  drops,
  dropsAll,
  happens,
  puts,
  redoes,
  refreshes,
  relates,
  releases,
  resolves,
  retypes,
  type Step,
  syncs,
  takes,
  undoes,
  unrelates,
} from './steps.ts';

/** A world on which something is done that a crash may come into. There are the assets 1 to 4 and the metrics 1 and 2. */
export interface Scenario {
  readonly name: string;
  readonly remote: FakeOptions;
  /** Happens once, undisturbed. */
  readonly before: readonly Step[];
  readonly act: readonly Step[];
}

const variants: Readonly<Record<string, FakeOptions>> = {
  plain: {},
  undirected: { directed: false },
  feed: { feed: true, absenceProof: 'probe' },
  batch: { batch: true },
  typed: { typed: true },
  'typed, batch': { typed: true, batch: true },
  'client ids, feed, batch': {
    clientIds: true,
    feed: true,
    batch: true,
    directed: false,
    absenceProof: 'probe',
  },
};

const there = [
  puts('asset:1', 'asset:2', 'a'),
  puts('asset:1', 'metric:1', 'a'),
  puts('asset:3', 'metric:1', 'b'),
];
const pulled = [...there, syncs()];
/** Enough that the guard watches. */
const many = Array.from({ length: 12 }, (_, n) =>
  puts(`asset:${1 + (n % 4)}`, `metric:${1 + Math.floor(n / 4)}`, 'a'),
);
const fewer = many.map((_, n) => takes(`asset:${1 + (n % 4)}`, `metric:${1 + Math.floor(n / 4)}`));
const unwanted = many.map((_, n) => unrelates(`asset:${1 + (n % 4)}`, `metric:${1 + Math.floor(n / 4)}`));

type Story = readonly [name: string, before: readonly Step[], act: readonly Step[]];

const common: readonly Story[] = [
  ['first pull', there, [syncs()]],
  [
    'later pull',
    pulled,
    [
      puts('asset:2', 'asset:4', 'b'),
      takes('asset:1', 'metric:1'),
      syncs('pull'),
      happens('an entity goes', (remote) => remote.takeEntity({ kind: 'asset', remoteId: '3' })),
      syncs(),
    ],
  ],
  [
    'push of creates and deletes',
    pulled,
    [
      relates('asset:2', 'metric:2', 'a'),
      relates('asset:4', 'metric:2', 'a'),
      relates('asset:1', 'metric:2', 'a'),
      unrelates('asset:1', 'asset:2'),
      syncs('push'),
    ],
  ],
  [
    'edits of both sides',
    pulled,
    [
      relates('asset:2', 'asset:3', 'a'),
      puts('asset:2', 'asset:3', 'a'),
      unrelates('asset:3', 'metric:1'),
      takes('asset:3', 'metric:1'),
      puts('asset:4', 'asset:1', 'b'),
      syncs(),
    ],
  ],
  [
    'undo after a push, and redo',
    pulled,
    [relates('asset:2', 'metric:2', 'a'), syncs('push'), undoes, syncs('push'), redoes, syncs('push')],
  ],
];

const someStories: Readonly<Record<string, readonly Story[]>> = {
  plain: [
    [
      'drop',
      pulled,
      [
        relates('asset:2', 'metric:2'),
        drops('asset:2', 'metric:2'),
        unrelates('asset:1', 'asset:2'),
        dropsAll,
        syncs(),
      ],
    ],
    ['refresh', pulled, [puts('asset:1', 'asset:4'), takes('asset:1', 'metric:1'), refreshes('asset:1')]],
    ['an end removed, kept remote', pulled, endRemoved('remote')],
    [
      'removals held here and released',
      [...many, syncs()],
      [...fewer, syncs('pull'), releases, syncs('pull')],
    ],
    [
      'removals held there and released',
      [...many, syncs()],
      [...unwanted, syncs('push'), releases, syncs('push')],
    ],
    ['a refusal and its end', pulled, refusal()],
    ['read-only for a while', pulled, readOnly()],
    [
      'another identity taken over',
      pulled,
      [relates('asset:2', 'metric:2'), speaksFor('new'), connectsAs('new'), syncs()],
    ],
    ['an answer that never came', pulled, lostAnswer('create')],
  ],
  undirected: [
    ['refresh', pulled, [puts('asset:4', 'asset:1'), takes('asset:1', 'metric:1'), refreshes('asset:1')]],
    ['an answer that never came', pulled, lostAnswer('create')],
  ],
  feed: [
    [
      'a cursor that is lost',
      pulled,
      [puts('asset:4', 'metric:2'), happens('the cursor is lost', (remote) => remote.loseCursors()), syncs()],
    ],
    [
      'a feed that starts over',
      pulled,
      [takes('asset:1', 'metric:1'), happens('it starts over', (remote) => remote.startOver('all')), syncs()],
    ],
    [
      'removals held here and released',
      [...many, syncs()],
      [...fewer, syncs('pull'), releases, syncs('pull')],
    ],
  ],
  batch: [
    ['a batch whose answer never came', pulled, lostAnswer('createBatch')],
    ['a refusal and its end', pulled, refusal()],
    [
      'removals held there and released',
      [...many, syncs()],
      [...unwanted, syncs('push'), releases, syncs('push')],
    ],
  ],
  typed: [
    ['change of type', proved(), [retypes('asset:1', 'asset:2', 'c'), syncs('push')]],
    [
      'change of type, refused',
      proved(),
      [
        refusesTypes('c'),
        retypes('asset:1', 'asset:2', 'c'),
        syncs('push'),
        drops('asset:1', 'asset:2'),
        syncs(),
      ],
    ],
    [
      'change of type before any create',
      pulled,
      [retypes('asset:1', 'asset:2', 'c'), syncs('push'), ...creates([3, 4], [2, 4], [1, 4])],
    ],
    ['both changed, kept local', proved(), bothChanged('local')],
    ['both changed, kept remote', proved(), bothChanged('remote')],
    ['removed there, kept local', proved(), removedThere('local')],
    ['removed there, kept remote', proved(), removedThere('remote')],
  ],
  'typed, batch': [
    [
      'changes of type',
      proved(),
      [retypes('asset:1', 'asset:2', 'c'), retypes('asset:1', 'metric:1', 'c'), syncs('push')],
    ],
    ['both changed, kept local', proved(), bothChanged('local')],
  ],
  'client ids, feed, batch': [
    [
      'a cursor that is lost',
      pulled,
      [puts('asset:4', 'metric:2'), happens('the cursor is lost', (remote) => remote.loseCursors()), syncs()],
    ],
    ['a batch whose answer never came', pulled, lostAnswer('createBatch')],
  ],
};

function proved(): Step[] {
  return [
    ...pulled,
    relates('asset:3', 'asset:4', 'proof'),
    syncs(),
    unrelates('asset:3', 'asset:4'),
    syncs(),
  ];
}

/** Each proves that the connection can create, unless its answer is lost: then what is found may be another's. */
function creates(...pairs: readonly (readonly [number, number])[]): Step[] {
  return [
    ...pairs.flatMap(([source, target]) => [relates(`asset:${source}`, `asset:${target}`, 'a'), syncs()]),
    syncs(),
  ];
}

function endRemoved(keep: 'local' | 'remote'): Step[] {
  const goes = happens('an end goes', (remote) => {
    remote.take({ kind: 'asset', remoteId: '1' }, { kind: 'asset', remoteId: '2' });
    remote.takeEntity({ kind: 'asset', remoteId: '4' });
  });
  return [relates('asset:2', 'asset:4'), goes, syncs(), resolves(keep), syncs()];
}

function refusal(): Step[] {
  return [
    happens('it refuses metrics', (remote) => remote.refuse('asset', 'metric')),
    relates('asset:2', 'metric:2'),
    relates('asset:4', 'asset:2'),
    syncs('push'),
    happens('it refuses nothing', (remote) => remote.allow()),
    syncs(),
  ];
}

function readOnly(): Step[] {
  const narrow = (reason: string | null) => (remote: FakeRemote) => remote.narrow({ readOnlyReason: reason });
  return [
    relates('asset:2', 'metric:2'),
    happens('it may only read', narrow('The key may only read.')),
    syncs(),
    happens('it may write', narrow(null)),
    syncs(),
  ];
}

function speaksFor(fingerprint: string): Step {
  return happens(`the key speaks for ${fingerprint}`, (remote) => remote.speakFor(fingerprint));
}

function lostAnswer(on: 'create' | 'createBatch'): Step[] {
  const lose = happens('an answer gets lost', (remote) =>
    remote.addFault({ on, kind: 'timeout', when: 'after' }),
  );
  return [
    relates('asset:2', 'metric:2', 'a'),
    relates('asset:4', 'metric:2', 'a'),
    lose,
    syncs('push'),
    syncs('push'),
  ];
}

function refusesTypes(type: string): Step {
  return happens(`it refuses the type ${type}`, (remote) => remote.refuseTypes(type));
}

function bothChanged(keep: 'local' | 'remote'): Step[] {
  return [
    retypes('asset:1', 'asset:2', 'c'),
    puts('asset:1', 'asset:2', 'd'),
    syncs(),
    resolves(keep),
    syncs(),
  ];
}

function removedThere(keep: 'local' | 'remote'): Step[] {
  return [retypes('asset:1', 'asset:2', 'c'), takes('asset:1', 'asset:2'), syncs(), resolves(keep), syncs()];
}

/** Those that a batch or a missing direction changes little about. */
const brief = new Set(['undirected', 'typed, batch']);

/** What the remote can do × what is done. */
export const scenarios: readonly Scenario[] = Object.entries(variants).flatMap(([variant, remote]) =>
  [...common.slice(0, brief.has(variant) ? 3 : 5), ...(someStories[variant] ?? [])].map(
    ([story, before, act]) => ({
      name: `${variant}: ${story}`,
      remote,
      before,
      act,
    }),
  ),
);
