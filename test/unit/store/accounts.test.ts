import { describe, expect, it } from 'vitest';
import { createAccountPauses } from '../../../src-main/backend/remote/account-pause.ts';
import { toAccount } from '../../../src-main/backend/store/accounts.ts';

const clickie = {
  remote: 'clickie',
  url: 'https://api.example.com/v4',
  scope: '1',
  identity: 'account=1',
} as const;
const autodesk = {
  remote: 'autodesk',
  url: 'https://developer.example.com',
  scope: 'b.11111111-1111-4111-8111-111111111111',
  identity: 'user=NORA project=11111111-1111-4111-8111-111111111111 region=EMEA',
} as const;

describe('the account that limits are counted for', () => {
  it('is the same for two connections to one account of one server, whoever the keys speak for', () => {
    expect(toAccount({ ...clickie, identity: 'account=1;user=7' })).toBe(toAccount(clickie));
    expect(toAccount({ ...clickie, url: 'https://api.example.com/v4/' })).toBe(toAccount(clickie));
  });

  it('is another one on another server, in another account and at another remote', () => {
    const others = [
      { ...clickie, url: 'https://api.example.org/v4' },
      { ...clickie, scope: '2' },
      { ...clickie, remote: 'algapsa' },
    ] as const;
    for (const other of others) expect(toAccount(other)).not.toBe(toAccount(clickie));
  });

  it('is the user at Autodesk, in whichever project and region', () => {
    const elsewhere = { ...autodesk, scope: '22222222-2222-4222-8222-222222222222' };
    const identity = 'user=NORA project=22222222-2222-4222-8222-222222222222 region=US';
    expect(toAccount({ ...elsewhere, identity })).toBe(toAccount(autodesk));
    expect(toAccount({ ...autodesk, identity: 'user=TOM project=1 region=US' })).not.toBe(
      toAccount(autodesk),
    );
  });

  it('is the project where the token does not tell its user', () => {
    const opaque = { ...autodesk, identity: 'user=unknown project=1 region=US' };
    expect(toAccount({ ...opaque, scope: autodesk.scope.slice(2) })).toBe(toAccount(opaque));
    expect(toAccount({ ...opaque, scope: '22222222-2222-4222-8222-222222222222' })).not.toBe(
      toAccount(opaque),
    );
  });
});

describe('the pauses of accounts', () => {
  const createQueue = () => {
    const queue = {
      held: false,
      pause: () => void (queue.held = true),
      start: () => void (queue.held = false),
    };
    return queue;
  };

  it('are one for an account and a service', () => {
    const pauseOf = createAccountPauses();
    expect(pauseOf('a')).toBe(pauseOf('a'));
    expect(pauseOf('a', 'assets')).not.toBe(pauseOf('a', 'relationships'));
    expect(pauseOf('b')).not.toBe(pauseOf('a'));
  });

  it('hold back all that joined, also late, until the last that was told to wait goes on', () => {
    const pause = createAccountPauses()('a');
    const [early, late] = [createQueue(), createQueue()];
    pause.join(early);
    pause.close();
    pause.close();
    pause.join(late);
    expect([early.held, late.held]).toEqual([true, true]);
    pause.open();
    expect([pause.isClosed, early.held, late.held]).toEqual([true, true, true]);
    pause.open();
    expect([pause.isClosed, early.held, late.held]).toEqual([false, false, false]);
  });
});
