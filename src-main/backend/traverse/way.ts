/** Which way a relationship is meant: as its ends are stored, turned round, or with no direction. */
export type Way = 'along' | 'against' | 'both';
