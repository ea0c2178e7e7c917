import { describe, expect, it } from 'vitest';
import type { EntityId, EntitySummary } from '../../../src-preload/contract/model.ts';
import type { Verdicts } from '../../../src-renderer/store/edit-actions.ts';
import { toChoices } from '../../../src-renderer/ui/choices.ts';

const toEntity = (id: number, name: string) => ({ id, name }) as EntitySummary; // only these are read
const [pump, valve] = [toEntity(1, 'Pump'), toEntity(2, 'Valve')];

const judged = (id: EntityId, ok: boolean): Verdicts => {
  const verdict = { id, ok, code: ok ? null : 'self-relationship', message: ok ? null : 'Refused.' };
  return new Map([[id, verdict]]);
};

describe('what may be chosen for an entity to be related to', () => {
  it('is the entity itself too, where the rules allow that', () => {
    expect(toChoices([pump, valve], pump.id, judged(pump.id, true))).toEqual([pump, valve]);
  });

  it('is never the entity itself where the rules refuse that or have not been asked', () => {
    expect(toChoices([pump, valve], pump.id, judged(pump.id, false))).toEqual([valve]);
    expect(toChoices([pump, valve], pump.id, new Map())).toEqual([valve]);
  });

  it('is another entity whatever the rules say, so that they can say why not', () => {
    expect(toChoices([pump, valve], pump.id, judged(valve.id, false))).toEqual([valve]);
  });
});
