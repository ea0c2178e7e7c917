import type { ListedFault } from './listed-fault.ts';

const listing = 'test/deep/listing/faults.ts';
const ambiguities = 'test/remote-contract/clickie-ambiguities.test.ts';
const transport = 'test/unit/remote/transport-error.test.ts';
const http = 'test/unit/remote/http.test.ts';
const below = 'the layer below the simulated remote sees it';

/** What can go wrong on the way, with answers, and with lists and feeds. */
export const faultsThere: readonly ListedFault[] = [
  {
    code: 'A1',
    what: 'the name of the server is not found',
    seen: [],
    note: below,
    tests: [{ file: http, name: 'names the innermost reason of a failed connection' }],
  },
  { code: 'A2', what: 'nobody takes the connection: there is no network', seen: ['no network met'] },
  {
    code: 'A3',
    what: 'the certificate is out of date, of another name or of nobody',
    seen: [],
    note: below,
    tests: [
      { file: transport, name: 'out of date is told as that, with both ways out' },
      { file: transport, name: 'made out to another name is told as that' },
    ],
  },
  {
    code: 'A4',
    what: 'the connection breaks, before or after the request was carried out',
    seen: ['fault: unreachable before', 'fault: unreachable after'],
  },
  {
    code: 'A5',
    what: 'nothing ever comes back, and the request never arrived',
    seen: ['fault: timeout before'],
  },
  {
    code: 'A6',
    what: 'an answer trickles in without end',
    seen: [],
    note: below,
    tests: [{ file: http, name: 'ends a read whose time is up, and says how long it waited' }],
  },
  {
    code: 'A7',
    what: 'the time is up although the request was carried out, then or later',
    seen: ['fault: timeout after', 'fault: late before'],
  },
  { code: 'A8', what: 'a proxy sends a write twice', seen: ['fault: twice before'] },
  {
    code: 'A9',
    what: 'an answer comes twice, or after its request was given up',
    seen: [],
    note: 'a promise is kept once; what was given up hears nothing',
    tests: [
      {
        file: http,
        name: 'can be cancelled while it waits its turn, while it is answered and while it pauses',
      },
    ],
  },
  { code: 'A10', what: 'of several requests the later is answered first', seen: ['answered out of order'] },
  {
    code: 'A11',
    what: 'a page of a hotel or a gateway answers instead',
    seen: ['fault: foreign-answer before'],
  },
  {
    code: 'A12',
    what: 'a proxy wants a password',
    seen: [],
    note: below,
    tests: [{ file: listing, name: '405, 407, 408' }],
  },
  {
    code: 'A13',
    what: 'a redirect, elsewhere or for ever',
    seen: [],
    note: below,
    tests: [
      { file: http, name: 'names the host that a redirect leads to, and does not go there' },
      { file: listing, name: 'a redirect for ever' },
    ],
  },
  {
    code: 'A14',
    what: 'the network comes and goes in the middle of a sync',
    seen: ['network flaps in a run'],
  },
  { code: 'A15', what: 'requests get through and answers do not', seen: ['fault: deaf after'] },
  { code: 'A16', what: 'the machine sleeps for hours in the middle of a sync', seen: ['slept in a run'] },
  {
    code: 'A17',
    what: 'a connection that several requests share is closed, and they are sent again below',
    seen: [],
    note: 'for a write that is A7 or A8',
  },
  {
    code: 'B1',
    what: 'a plain no, or a closed door',
    seen: ['fault: refused before', 'fault: forbidden before', 'fault: unauthorised before'],
    note: 'each status by itself is for the layer below',
    tests: [{ file: listing, name: 'const statuses = [400, 401, 403' }],
  },
  {
    code: 'B2',
    what: 'the server fails once, several times, or at one relationship for hours',
    seen: ['fault: server-fault before', 'fault: server-fault after', 'parked after failures'],
  },
  {
    code: 'B3',
    what: 'it was done, and what comes back is no answer to it',
    seen: ['fault: foreign-answer after'],
  },
  {
    code: 'B4',
    what: 'something was created and its id is not told',
    seen: [],
    note: below,
    tests: [
      { file: 'test/remote-contract/algapsa-quirks.test.ts', name: 'of the newest release have no id' },
    ],
  },
  {
    code: 'B5',
    what: 'an empty answer where one with a body belongs',
    seen: [],
    note: below,
    tests: [{ file: http, name: 'takes an empty answer for one without a body' }],
  },
  {
    code: 'B6',
    what: 'an answer that is cut, too large, or no sound JSON',
    seen: ['fault: too-large before'],
    note: 'only the size; the rest is for the layer below',
    tests: [
      { file: listing, name: 'JSON that ends half-way' },
      {
        file: 'test/unit/remote/json.test.ts',
        name: 'keeps the last of two equal keys and gives nobody a prototype',
      },
    ],
  },
  {
    code: 'B7',
    what: 'a pause is asked for: none, short, an hour',
    seen: ['fault: rate-limited before with a pause'],
    note: 'nonsense is for the layer below',
    tests: [{ file: 'test/unit/remote/retry-after.test.ts', name: 'milliseconds' }],
  },
  {
    code: 'B8',
    what: 'fields are missing, null, of another type, or ids beyond what a number carries',
    seen: [],
    note: below,
    tests: [
      { file: listing, name: 'ids beyond what a number can carry' },
      { file: listing, name: 'nulls for everything' },
    ],
  },
  {
    code: 'B9',
    what: 'the rows come in another envelope',
    seen: [],
    note: below,
    tests: [{ file: listing, name: 'another envelope' }],
  },
  {
    code: 'B10',
    what: 'the server keeps something else than it was sent: a type of its own, or the first letters',
    seen: ['a type was cut short'],
  },
  { code: 'C1', what: 'a list is empty that should not be', seen: ['fault: empty before'] },
  {
    code: 'C2',
    what: 'there is always more: a feed says so and stands still',
    seen: ['fault: stuck before'],
    note: 'for lists below',
    tests: [{ file: ambiguities, name: 'gives up a list that repeats itself because skip is ignored' }],
  },
  {
    code: 'C3',
    what: 'pages are shorter than was asked for',
    seen: [],
    note: below,
    tests: [{ file: ambiguities, name: 'reads everything where pages are capped at' }],
  },
  { code: 'C4', what: 'rows come in another order each time', seen: ['fault: shuffle before'] },
  {
    code: 'C5',
    what: 'rows come or go between two pages: some are left out, some come twice',
    seen: [
      'changed between pages',
      'fault: omit before',
      'fault: repeat before',
      'fault: unsteady-list before',
    ],
  },
  { code: 'C6', what: 'a later page fails', seen: ['failed on a later page'] },
  {
    code: 'C7',
    what: 'a read is answered by a copy that lags behind, or a feed is',
    seen: ['fault: stale before'],
  },
  { code: 'C8', what: 'one id comes twice and says different things', seen: ['fault: contradict before'] },
  {
    code: 'C9',
    what: 'what a filter or a right shows changes',
    seen: [
      'action: an entity is archived',
      'action: an entity leaves the list',
      'action: an entity is hidden',
    ],
  },
  {
    code: 'C10',
    what: 'the whole account is another one',
    seen: ['action: the key speaks for another account'],
  },
  { code: 'C11', what: 'a cursor is not known any more', seen: ['cursor lost'] },
  {
    code: 'C12',
    what: 'the server is put back to an older state',
    seen: ['action: the server is put back to a backup'],
    note: 'its feed then knows no cursor any more; where it takes an older one all the same, RULES.md says what is found when',
  },
  { code: 'C13', what: 'an id is given again to something else', seen: ['an id was given again'] },
  { code: 'C14', what: 'everything changes at once', seen: ['action: they touch everything'] },
  {
    code: 'C15',
    what: 'there are a hundred thousand of everything',
    seen: [],
    note: 'a matter of time and memory',
    tests: [{ file: 'test/bench/busy-app.ts', name: '100_000' }],
  },
];
