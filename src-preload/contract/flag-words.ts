import type { RelationshipFlag } from './model.ts';

/** What a remote says of a relationship, in a word or two, and a sentence that says what it means. */
export const flagWords: Readonly<Record<RelationshipFlag, { label: string; meaning: string }>> = {
  'read-only': {
    label: 'read-only there',
    meaning: 'The remote lets your account read it and nothing else: a removal is not sent, and waits.',
  },
  'by-service': {
    label: 'made by a service',
    meaning: 'A service of the remote made it, and no person.',
  },
};
