import { z } from 'zod';
import type { Project } from '../../../../src-preload/contract/model.ts';
import { RemoteError } from '../errors.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../http.ts';
import type { AuthorizationPorts } from './authorization.ts';

const PAGE = 100;
/** More projects than anybody picks from; who has more names one by its id. */
const PROJECT_LIMIT = 2000;
const PATIENT_RATE = 5;

const Hubs = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      attributes: z.object({ name: z.string(), region: z.string().nullish() }),
    }),
  ),
});
const Projects = z.object({
  data: z.array(z.object({ id: z.string(), attributes: z.object({ name: z.string() }) })),
  links: z.object({ next: z.unknown().optional() }).nullish(),
});

type Hub = z.infer<typeof Hubs>['data'][number];

/** The projects that somebody can see; `complete` is false where there are more, or a hub keeps its own to itself. */
export interface VisibleProjects {
  readonly projects: Project[];
  readonly complete: boolean;
}

/** Reads the projects of all hubs that the access token opens, by name. */
export async function fetchProjects(
  access: { readonly url: string; readonly accessToken: string },
  ports: AuthorizationPorts,
  signal: AbortSignal,
): Promise<VisibleProjects> {
  const client = createHttpClient({
    remote: 'Autodesk',
    baseUrl: access.url.replace(/\/+$/, ''),
    headers: { authorization: `Bearer ${access.accessToken}` },
    conceals: () => [access.accessToken],
    rate: PATIENT_RATE,
    concurrency: 2,
    ...ports,
  });
  const hubs = parse(Hubs, await client.send({ method: 'GET', path: '/project/v1/hubs', signal }));
  const found: Project[] = [];
  let complete = true;
  for (const hub of hubs.data) {
    const of = await fetchProjectsOf(client, hub, PROJECT_LIMIT - found.length, signal);
    found.push(...of.projects);
    complete &&= of.complete;
  }
  return { projects: found.toSorted((a, b) => a.name.localeCompare(b.name, 'en')), complete };
}

async function fetchProjectsOf(
  client: HttpClient,
  hub: Hub,
  limit: number,
  signal: AbortSignal,
): Promise<VisibleProjects> {
  const projects: Project[] = [];
  for (let page = 0; projects.length < limit; page += 1) {
    const answer = await sendForPage(client, hub, page, signal);
    if (answer === null) return { projects, complete: false };
    const { data, links } = parse(Projects, answer);
    projects.push(...data.map(({ id, attributes }) => toProject(hub, id, attributes.name)));
    if (data.length === 0 || (links?.next ?? null) === null) return { projects, complete: true };
  }
  return { projects: projects.slice(0, Math.max(0, limit)), complete: false };
}

/** Null where the hub is closed to the person or the app: that hides its projects and no others. */
async function sendForPage(
  client: HttpClient,
  hub: Hub,
  page: number,
  signal: AbortSignal,
): Promise<HttpAnswer | null> {
  const path = `/project/v1/hubs/${encodeURIComponent(hub.id)}/projects`;
  const query = { 'page[number]': page, 'page[limit]': PAGE };
  try {
    const answer = await client.send({ method: 'GET', path, query, signal });
    return answer.status === 404 ? null : answer;
  } catch (error) {
    if (error instanceof RemoteError && error.kind === 'forbidden') return null;
    throw error;
  }
}

function parse<T>(schema: z.ZodType<T>, { status, body }: HttpAnswer): T {
  const parsed = schema.safeParse(body);
  if (status === 200 && parsed.success) return parsed.data;
  throw new RemoteError(
    'foreign-answer',
    `Autodesk answered the question for projects with status ${status} and something that is no list of them.`,
  );
}

function toProject({ attributes }: Hub, id: string, name: string): Project {
  return {
    id: id.replace(/^b\./, '').toLowerCase(),
    name,
    hub: attributes.name,
    region: attributes.region ?? null,
  };
}
