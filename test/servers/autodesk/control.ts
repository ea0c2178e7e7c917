import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { parseJson, registerControl, type Watched } from '../shared/control.ts';
import { kinds } from './entity-ref.ts';
import type { RequestRecord } from './pipeline.ts';
import {
  addRelationship,
  findRelationship,
  livingRelationships,
  removeRelationship,
} from './relationships.ts';
import { deleteAsset, farEntitiesOf, mustProject, type Project, putAsset, type Site } from './site.ts';
import { type AutodeskSwitches, switchesSchema } from './switches.ts';

/** What can be watched and changed while the server runs. */
export interface Controlled extends Watched<AutodeskSwitches, RequestRecord> {
  readonly site: Site;
}

const endSchema = z.strictObject({ domain: z.string(), type: z.string(), id: z.string() });

/** What a colleague does; in the site's first project when none is named. */
const changeSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('relate'),
    project: z.string().optional(),
    ends: z.tuple([endSchema, endSchema]),
  }),
  z.strictObject({ do: z.literal('unrelate'), project: z.string().optional(), id: z.string() }),
  z.strictObject({
    do: z.literal('rename'),
    project: z.string().optional(),
    id: z.string(),
    name: z.string(),
  }),
  z.strictObject({ do: z.literal('delete'), project: z.string().optional(), id: z.string() }),
]);

/** Opens `/__control` for other processes of this machine. Tokens are never shown. */
export function registerAutodeskControl(app: FastifyInstance, server: Controlled): void {
  const { site } = server;
  registerControl(app, server, { changesSchema: switchesSchema.partial(), toState: () => toState(site) });
  app.post('/__control/changes', (request, reply) => {
    const change = parseJson(changeSchema, request.body);
    if (!change.success) return reply.code(400).send({ error: change.error.message });
    return reply.send({ ok: applyChange(site, change.data) });
  });
}

/** Returns false where there was nothing to change. */
function applyChange(site: Site, change: z.infer<typeof changeSchema>): boolean {
  const project = mustProject(site, change.project);
  const now = Date.now();
  switch (change.do) {
    case 'relate':
      if (findRelationship(project, ...change.ends)) return false;
      addRelationship(project, change.ends, { id: crypto.randomUUID(), now });
      return true;
    case 'unrelate':
      return removeRelationship(project, change.id, now) !== undefined;
    case 'rename':
      return renameAsset(project, change.id, change.name, now);
    case 'delete':
      return deleteAsset(project, change.id, now);
  }
}

function renameAsset(project: Project, id: string, clientAssetId: string, now: number): boolean {
  const asset = project.assets.get(id);
  if (!asset) return false;
  putAsset(project, { ...asset, clientAssetId, updatedAt: now });
  return true;
}

function toState(site: Site): object {
  const projects = [...site.projects.values()].map((project) => ({
    id: project.id,
    name: project.name,
    product: project.product,
    hub: project.hub,
    counts: {
      assets: project.assets.size,
      issues: farEntitiesOf(project, kinds.issue).length,
      checklists: farEntitiesOf(project, kinds.checklist).length,
      forms: farEntitiesOf(project, kinds.form).length,
      documents: farEntitiesOf(project, kinds.document).length,
    },
    relationships: livingRelationships(project).map(({ id, ends }) => ({ id, ends })),
  }));
  return { projects };
}
