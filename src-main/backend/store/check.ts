import { all, count, type ReadableDb } from './sql.ts';

/** What is wrong with a workspace, as a sentence, and how many times. */
export interface Finding {
  readonly code: 'file' | 'reference' | 'search' | 'intent' | 'conflict' | 'mirror';
  readonly message: string;
}

/** SQLite stops after this many findings of its own. */
const MOST = 100;

/**
 * Looks through the whole workspace: the file itself, references between rows, and what must hold between tables.
 * Changes nothing. An empty answer means that all is well.
 */
export function checkWorkspace(db: ReadableDb): Finding[] {
  const file = checkFile(db);
  if (file.length > 0) return file; // what reads damaged pages would only say the same again
  return [...checkReferences(db), ...checkRules(db)];
}

function checkFile(db: ReadableDb): Finding[] {
  return all<{ integrity_check: string }>(db, `PRAGMA integrity_check(${MOST})`)
    .map((row) => row.integrity_check)
    .filter((text) => text !== 'ok')
    .map((message) => ({ code: 'file', message }));
}

function checkReferences(db: ReadableDb): Finding[] {
  const rows = all<{ table: string; parent: string; count: number }>(
    db,
    'SELECT "table", parent, count(*) AS count FROM pragma_foreign_key_check GROUP BY "table", parent',
  );
  return rows.map(({ table, parent, count: rowCount }) => ({
    code: 'reference',
    message: `${rowCount} rows of ${table} name a row of ${parent} that is not there.`,
  }));
}

/** What sync and commands keep true between tables: each counts what breaks it. */
const rules: readonly { readonly code: Finding['code']; readonly what: string; readonly sql: string }[] = [
  {
    code: 'intent',
    what: 'pending changes that stand beside a relationship of other ends',
    sql: `SELECT count(*) FROM intent i JOIN relationship r ON r.id = i.relationship_id
      WHERE r.source_id <> i.source_id OR r.target_id <> i.target_id OR r.slot <> i.slot`,
  },
  {
    code: 'intent',
    what: 'pending changes that are kept under another relationship between the same ends',
    sql: `SELECT count(*) FROM intent i JOIN relationship r
        ON r.source_id = i.source_id AND r.target_id = i.target_id AND r.slot = i.slot
      WHERE r.id <> i.relationship_id`,
  },
  {
    code: 'conflict',
    what: 'open conflicts without a pending change',
    sql: `SELECT count(*) FROM conflict c WHERE c.decision IS NULL
      AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = c.relationship_id)`,
  },
  {
    code: 'mirror',
    what: 'relationships between entities of another connection',
    sql: `SELECT count(*) FROM relationship r JOIN entity s ON s.id = r.source_id JOIN entity t ON t.id = r.target_id
      WHERE s.connection_id <> r.connection_id OR t.connection_id <> r.connection_id`,
  },
  {
    code: 'search',
    what: 'entities that search cannot find',
    sql: `SELECT count(*) FROM entity e WHERE e.presence = 'listed'
      AND NOT EXISTS (SELECT 1 FROM entity_search s WHERE s.rowid = e.id)`,
  },
];

function checkRules(db: ReadableDb): Finding[] {
  return rules.flatMap(({ code, what, sql }) => {
    const broken = count(db, sql);
    return broken === 0 ? [] : [{ code, message: `${broken} ${what}.` }];
  });
}
