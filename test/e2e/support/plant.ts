import { allEdges, mustAccount, type Site } from '../../servers/clickie/site.ts';

/** The account of the seeded plant. */
export const PLANT_ACCOUNT = 4210;

/** Relationships that the server holds now. */
export function countEdges(site: Site): number {
  return allEdges(mustAccount(site, PLANT_ACCOUNT)).length;
}
