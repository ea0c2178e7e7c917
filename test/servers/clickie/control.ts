import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { parseJson, registerControl, type Watched } from '../shared/control.ts';
import type { RequestRecord } from './pipeline.ts';
import {
  allEdges,
  archiveEntity,
  type EntityRef,
  type EntityType,
  entitiesOf,
  entityTypes,
  mustAccount,
  type Site,
  type SiteEntity,
  toKey,
} from './site.ts';
import { type ClickieSwitches, switchesSchema } from './switches.ts';

/** What can be watched and changed while the server runs. */
export interface Controlled extends Watched<ClickieSwitches, RequestRecord> {
  readonly site: Site;
  /** Creates an entity with plain values and the id that the switch `reuseIds` gives it, and returns it. */
  createEntity(type: EntityType, name: string, accountId?: number): SiteEntity;
  /** Deletes an entity as switched on (soft or hard, with or without its edges). Returns whether it existed. */
  deleteEntity(ref: EntityRef, accountId?: number): boolean;
}

const typeSchema = z.enum(['assets', 'dashboards', 'metrics', 'collaborators']);

const entityChangeSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('create'),
    type: typeSchema,
    name: z.string(),
    account: z.int().optional(),
  }),
  z.strictObject({
    do: z.enum(['delete', 'archive', 'restore']),
    type: typeSchema,
    id: z.int(),
    account: z.int().optional(),
  }),
]);

/**
 * Lets another process of this machine turn the switches, aim faults, change entities as a colleague would,
 * and see what has happened. API keys are never shown.
 */
export function registerClickieControl(app: FastifyInstance, server: Controlled): void {
  const changesSchema = switchesSchema.partial();
  registerControl(app, server, { changesSchema, toState: () => toState(server) });
  app.post('/__control/entities', (request, reply) => {
    const change = parseJson(entityChangeSchema, request.body);
    if (!change.success) return reply.code(400).send({ error: change.error.message });
    return reply.send(changeEntity(server, change.data));
  });
}

/** `ok` is false where there is no such entity. */
function changeEntity(server: Controlled, change: z.infer<typeof entityChangeSchema>) {
  if (change.do === 'create') {
    return { ok: true, id: server.createEntity(change.type, change.name, change.account).id };
  }
  const ref = { type: change.type, id: change.id };
  if (change.do === 'delete') return { ok: server.deleteEntity(ref, change.account) };
  const account = mustAccount(server.site, change.account);
  return { ok: archiveEntity(account, ref, change.do === 'archive') };
}

function toState({ site }: Controlled) {
  const accounts = [...site.accounts.values()].map((account) => ({
    id: account.id,
    name: account.name,
    counts: Object.fromEntries(entityTypes.map((type) => [type, entitiesOf(account, type).length])),
    edges: allEdges(account).map(({ parent, child }) => ({ parent: toKey(parent), child: toKey(child) })),
  }));
  return { accounts };
}
