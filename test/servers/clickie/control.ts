import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { ForbiddenRecord, RequestRecord } from './pipeline.ts';
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
import { type ClickieSwitches, type FaultRule, faultRulesSchema, switchesSchema } from './switches.ts';

/** What can be watched and changed while the server runs. */
export interface Controlled {
  readonly site: Site;
  readonly switches: Readonly<ClickieSwitches>;
  /** Every request so far, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** Requests that a client of this product must never send. */
  readonly forbiddenWrites: readonly ForbiddenRecord[];
  /** Turns the switches named. Naming `faults` replaces all rules. */
  set(changes: Partial<ClickieSwitches>): void;
  /** Adds a rule behind the others. */
  addFault(rule: FaultRule): void;
  clearFaults(): void;
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
export function registerControl(app: FastifyInstance, server: Controlled): void {
  app.post('/__control/switches', (request, reply) => {
    const changes = parse(switchesSchema.partial(), request.body);
    if (!changes.success) return reply.code(400).send({ error: changes.error.message });
    // JSON has no undefined, so every key that is present has a value.
    server.set(changes.data as Partial<ClickieSwitches>);
    return reply.send({ ok: true });
  });
  app.post('/__control/faults', (request, reply) => {
    const rules = parse(faultRulesSchema, request.body);
    if (!rules.success) return reply.code(400).send({ error: rules.error.message });
    for (const rule of rules.data) server.addFault(rule);
    return reply.send({ ok: true });
  });
  app.delete('/__control/faults', (_request, reply) => {
    server.clearFaults();
    return reply.send({ ok: true });
  });
  app.post('/__control/entities', (request, reply) => {
    const change = parse(entityChangeSchema, request.body);
    if (!change.success) return reply.code(400).send({ error: change.error.message });
    return reply.send(changeEntity(server, change.data));
  });
  app.get('/__control/state', (_request, reply) => reply.type('application/json').send(toStateText(server)));
}

function parse<T extends z.ZodType>(schema: T, body: unknown) {
  return z
    .string()
    .transform((text, context) => {
      try {
        const value: unknown = JSON.parse(text);
        return value;
      } catch (error) {
        context.addIssue({ code: 'custom', message: `Not JSON: ${String(error)}` });
        return z.NEVER;
      }
    })
    .pipe(schema)
    .safeParse(body ?? '');
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

function toStateText(server: Controlled): string {
  const accounts = [...server.site.accounts.values()].map((account) => ({
    id: account.id,
    name: account.name,
    counts: Object.fromEntries(entityTypes.map((type) => [type, entitiesOf(account, type).length])),
    edges: allEdges(account).map(({ parent, child }) => ({ parent: toKey(parent), child: toKey(child) })),
  }));
  const { switches, requests, forbiddenWrites } = server;
  return JSON.stringify({ accounts, switches, requests, forbiddenWrites }, (_key, value: unknown) =>
    value instanceof RegExp ? { regexp: value.source } : value,
  );
}
