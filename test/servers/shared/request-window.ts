import type { RequestRecord } from './pipeline.ts';

/** How many requests after `since` (milliseconds since 1970) were not refused for being too many. */
export function countRecent(requests: readonly RequestRecord[], since: number): number {
  let recent = 0;
  for (let index = requests.length - 1; index >= 0; index -= 1) {
    const request = requests[index];
    if (!request || request.at <= since) break;
    if (request.status !== 429) recent += 1;
  }
  return recent;
}
