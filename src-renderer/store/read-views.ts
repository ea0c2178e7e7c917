import { PAGE_LIMIT } from '../../src-preload/contract/requests.ts';
import { RequestError } from '../api/request.ts';
import { type Followed, follow, type Wiring } from './wiring.ts';

/** Reads the saved view that is open, and the list of all while a person chooses one. */
export function readViews({ view, patch, request, fail }: Wiring): readonly Followed[] {
  return [
    follow(['views', 'entities'], {
      wanted: () => {
        const { openPath, drawing } = view();
        return openPath === null || drawing.openId === null ? null : { text: drawing.openId };
      },
      read: (params) => request('views:find', params),
      write: (openView) => patch({ openView }),
      fail: (error) =>
        error instanceof RequestError && error.code === 'not-found'
          ? patch({ openView: null })
          : fail('the view')(error),
    }),
    follow(['views', 'entities'], {
      wanted: () => {
        const { openPath, viewDialog } = view();
        if (openPath === null || viewDialog?.kind !== 'open') return null;
        return { search: viewDialog.search, offset: 0, limit: PAGE_LIMIT };
      },
      read: async (params) => ({ search: params.search, ...(await request('views:list', params)) }),
      write: (views) => patch({ views }),
      fail: fail('the views'),
    }),
  ];
}
