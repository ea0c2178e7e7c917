import { z } from 'zod';
import { EntityId } from './model.ts';
import { DRAWN_LIMIT, Limit, Offset, ROOT_LIMIT, request } from './request.ts';
import {
  SavedView,
  TOO_MANY_DRAWN,
  TOO_MANY_ROOTS,
  ViewId,
  ViewName,
  ViewPlace,
  ViewSettings,
  ViewSummary,
} from './views.ts';

const Path = z.string().min(1).max(4096);

/** The most characters of the text of a view. */
export const VIEW_TEXT_LENGTH = 4_000_000;

/** What can be asked of the saved views. All changes of them are undoable. */
export const viewRequests = {
  /** By name; `search` is part of it, in whatever case. */
  'views:list': request(
    z.object({ search: z.string().max(200).default(''), offset: Offset, limit: Limit }),
    z.object({ total: z.int(), rows: z.array(ViewSummary) }),
  ),
  'views:read': request(z.object({ id: ViewId }), SavedView),
  /** By its id, or else by its name. */
  'views:find': request(z.object({ text: z.string().max(200) }), ViewSummary),
  /**
   * Makes a view (`id` null) or saves over one. Of the view that was open, `missing` is what was told to be missing
   * when it was opened: that is kept, also where this workspace has it by now. All else is what is drawn.
   */
  'views:save': request(
    z.object({
      id: ViewId.nullable(),
      name: ViewName,
      settings: ViewSettings,
      entities: z
        .array(ViewPlace.extend({ id: EntityId }))
        .max(DRAWN_LIMIT, `${TOO_MANY_DRAWN} Draw fewer and save again; nothing was saved.`),
      roots: z
        .array(EntityId)
        .max(ROOT_LIMIT, `${TOO_MANY_ROOTS} Collapse some of them and save again; nothing was saved.`),
      missing: z
        .object({ viewId: ViewId, addresses: z.array(z.string()) })
        .nullable()
        .default(null),
    }),
    ViewSummary,
  ),
  'views:rename': request(z.object({ id: ViewId, name: ViewName }), ViewSummary),
  'views:remove': request(z.object({ id: ViewId }), z.null()),
  /** The view as text that `views:import` takes; also written to the file at `path`, where one is given. */
  'views:export': request(
    z.object({ id: ViewId, path: Path.nullable() }),
    z.object({ text: z.string(), path: z.string().nullable() }),
  ),
  /**
   * Takes over a view, whole or not at all; one of the same id is replaced. `name` calls it otherwise; `rename` puts a
   * number behind a name that another view has. What it draws and this workspace has not is named, and kept for when
   * it appears.
   */
  'views:import': request(
    z.object({
      source: z.union([
        z.object({ text: z.string().max(VIEW_TEXT_LENGTH) }).strict(),
        z.object({ path: Path }).strict(),
      ]),
      name: ViewName.nullable().default(null),
      rename: z.boolean().default(false),
    }),
    z.object({ view: ViewSummary, replaced: z.boolean(), missing: z.array(z.string()) }),
  ),
} as const;
