import { describe, expect, it } from 'vitest';
import { createGate } from '../../src-main/backend/gate.ts';

const lasting = () => Promise.withResolvers<void>();
const never = new AbortController().signal;

describe('a gate', () => {
  it('lets nobody write while one writes alone', async () => {
    const gate = createGate();
    const seen: string[] = [];
    const lone = lasting();
    const alone = gate.alone(() => lone.promise, never);
    const among = gate.among(() => seen.push('among'));
    await Promise.resolve();
    expect(seen).toEqual([]);
    lone.resolve();
    await Promise.all([alone, among]);
    expect(seen).toEqual(['among']);
  });

  it('lets one write alone once the others are done', async () => {
    const gate = createGate();
    const other = lasting();
    const among = gate.among(() => other.promise);
    const seen: string[] = [];
    const alone = gate.alone(async () => {
      seen.push('alone');
    }, never);
    await Promise.resolve();
    expect(seen).toEqual([]);
    other.resolve();
    await Promise.all([among, alone]);
    expect(seen).toEqual(['alone']);
  });

  it('lets those who wait to write alone do so one after the other', async () => {
    const gate = createGate();
    const first = lasting();
    const seen: string[] = [];
    const alone = (name: string) =>
      gate.alone(async () => {
        seen.push(`${name} begins`);
        await Promise.resolve();
        seen.push(`${name} ends`);
      }, never);
    const all = [gate.alone(() => first.promise, never), alone('one'), alone('other')];
    first.resolve();
    await Promise.all(all);
    expect(seen).toEqual(['one begins', 'one ends', 'other begins', 'other ends']);
  });

  it('lets go of whoever is cancelled while it waits, and never begins it', async () => {
    const gate = createGate();
    const lone = lasting();
    const alone = gate.alone(() => lone.promise, never);
    const seen: string[] = [];
    const cancelled = new AbortController();
    const ended = Promise.allSettled([
      gate.among(() => seen.push('among'), cancelled.signal),
      gate.alone(async () => {
        seen.push('alone');
      }, cancelled.signal),
    ]);
    const reason = new Error('given up');
    cancelled.abort(reason);
    expect(await ended).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
    lone.resolve();
    await alone;
    await gate.among(() => seen.push('later'));
    expect(seen).toEqual(['later']);
  });
});
