/** Which way a relationship is meant: as its ends are stored, turned round, or with no direction. */
export type Way = 'along' | 'against' | 'both';

/** How relationships are followed: either way, as they are meant, or against it. */
export type Direction = 'any' | 'forward' | 'backward';

/** Whether a relationship may be left in this direction from the end of it that is stored as source, or as target. */
export function leadsFrom(end: 'source' | 'target', way: Way, direction: Direction): boolean {
  if (direction === 'any' || way === 'both') return true;
  const isMeant = (way === 'along') === (end === 'source');
  return isMeant === (direction === 'forward');
}
