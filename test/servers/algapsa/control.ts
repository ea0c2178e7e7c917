import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { parseJson, registerControl, type Watched } from '../shared/control.ts';
import type { RequestRecord } from './pipeline.ts';
import { type Asset, type Link, mustTenant, type Site } from './site.ts';
import { type AlgapsaSwitches, switchesSchema } from './switches.ts';

/** What can be watched and changed while the server runs. */
export interface Controlled extends Watched<AlgapsaSwitches, RequestRecord> {
  readonly site: Site;
  /** Creates an asset of the first client as a colleague would, and returns it. */
  createAsset(name: string, tenantId?: string): Asset;
  /** Deletes an asset with its relationships. Returns whether it existed. */
  deleteAsset(id: string, tenantId?: string): boolean;
  /** Relates two assets as a colleague would. Returns null where the ordered pair is related already. */
  createRelationship(parentId: string, childId: string, type: string, tenantId?: string): Link | null;
  /** Returns whether there was such a relationship. */
  deleteRelationship(parentId: string, childId: string, tenantId?: string): boolean;
}

const tenant = z.string().optional();
const pair = { parent: z.string(), child: z.string(), tenant };

const changeSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('create'), name: z.string(), tenant }),
  z.strictObject({ do: z.literal('delete'), id: z.string(), tenant }),
  z.strictObject({ do: z.literal('relate'), type: z.string(), ...pair }),
  z.strictObject({ do: z.literal('unrelate'), ...pair }),
]);

/**
 * Lets another process of this machine turn the switches, aim faults, change data as a colleague would, and see
 * what has happened. API keys are never shown.
 */
export function registerAlgapsaControl(app: FastifyInstance, server: Controlled): void {
  const changesSchema = switchesSchema.partial();
  registerControl(app, server, { changesSchema, toState: () => toState(server) });
  app.post('/__control/data', (request, reply) => {
    const change = parseJson(changeSchema, request.body);
    if (!change.success) return reply.code(400).send({ error: change.error.message });
    return reply.send(makeChange(server, change.data));
  });
}

/** `ok` is false where nothing has changed. Throws for a tenant that does not exist. */
function makeChange(server: Controlled, change: z.infer<typeof changeSchema>) {
  switch (change.do) {
    case 'create':
      return { ok: true, id: server.createAsset(change.name, change.tenant).id };
    case 'delete':
      return { ok: server.deleteAsset(change.id, change.tenant) };
    case 'relate': {
      const link = server.createRelationship(change.parent, change.child, change.type, change.tenant);
      return { ok: link !== null };
    }
    case 'unrelate':
      return { ok: server.deleteRelationship(change.parent, change.child, change.tenant) };
  }
}

function toState({ site }: Controlled) {
  const tenants = [...site.tenants.keys()].map((id) => {
    const { name, clients, assets, links } = mustTenant(site, id);
    const relationships = [...links.values()].map((link) => ({
      parent: link.parentId,
      child: link.childId,
      type: link.relationshipType,
    }));
    return { id, name, counts: { clients: clients.size, assets: assets.size }, relationships };
  });
  return { tenants };
}
