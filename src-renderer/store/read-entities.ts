import { isQueryProblem, toProblem } from './problems.ts';
import { partsOfQuery } from './query-parts.ts';
import { createQuestionNames } from './question-names.ts';
import type { Lookup } from './state.ts';
import { type Followed, follow, followList, toParams, type Wiring } from './wiring.ts';

const LOOKUP_LIMIT = 20;

/** A list is read again after relationships changed only where they may decide what is in it. */
export function readEntityList({ view, server, patch, request, fail }: Wiring): Followed {
  const names = createQuestionNames(request, 'list');
  const { reading } = followList([], {
    wanted: () => {
      const { openPath, filter, listRange } = view();
      if (openPath === null) return null;
      const { search, kinds, order } = filter;
      return { params: { openPath, search, kinds, order }, range: listRange };
    },
    read: ({ search, kinds, order }, offset, limit) =>
      request('entities:page', {
        search,
        kinds: [...kinds],
        connectionId: null,
        order,
        forgiving: true,
        offset,
        limit,
        name: names.current(),
      }),
    taken: ({ asOf, order, corrections }) =>
      patch({ entityFacts: { asOf, order, corrections }, entityListProblem: null }),
    overtaken: names.cancel,
    cache: () => server().entityList,
    write: (entityList) => patch({ entityList }),
    fail: (error) =>
      isQueryProblem(error) ? patch({ entityListProblem: toProblem(error) }) : fail('the entity list')(error),
  });
  return {
    get parts() {
      return partsOfQuery(view().filter.search);
    },
    reading,
  };
}

/** What the search over everything and the pickers find: the best first, misspellings forgiven. */
export function readLookup({ view, patch, request, fail }: Wiring): Followed {
  const names = createQuestionNames(request, 'lookup');
  const read = async (search: string): Promise<Lookup> => {
    const asked = { search, connectionId: null, order: 'best', forgiving: true } as const;
    const page = { offset: 0, limit: LOOKUP_LIMIT, name: names.next() };
    try {
      const { total, rows, corrections } = await request('entities:page', { ...asked, kinds: [], ...page });
      return { search, total, rows, corrections, problem: null };
    } catch (error) {
      if (!isQueryProblem(error)) throw error;
      return { search, total: 0, rows: [], corrections: [], problem: toProblem(error) };
    }
  };
  return follow(['entities'], {
    wanted: () => toParams(view().openPath === null ? null : view().lookup, (search) => ({ search })),
    read: ({ search }) => read(search),
    write: (lookup) => {
      if (lookup === null) names.cancel();
      patch({ lookup });
    },
    fail: fail('the search'),
  });
}
