import type Database from 'better-sqlite3';

/** One change of a row that a rule speaks of, in the order of the changes. */
export interface AuditRow {
  readonly what:
    | 'base'
    | 'intent-gone'
    | 'wanted'
    | 'entity-removed'
    | 'user-made'
    | 'conflict'
    | 'listing'
    | 'cursor'
    | 'fields';
  /** The relationship's or the entity's number. */
  readonly id: number;
  readonly sourceId: number;
  readonly targetId: number;
  readonly present: number;
  readonly type: string | null;
}

/**
 * Triggers that live as long as the handle and leave no trace in the file: they note each change of base, each wish
 * that goes or changes, each removal of an entity, each change of what only a user makes, and what sync notes as done.
 */
const triggers = `
CREATE TEMP TRIGGER audit_base_added AFTER INSERT ON main.relationship WHEN NEW.base_present = 1 BEGIN
  SELECT note_change('base', NEW.id, NEW.source_id,
    NEW.target_id, 1, (SELECT name FROM relationship_type WHERE id = NEW.base_type_id));
END;
CREATE TEMP TRIGGER audit_base AFTER UPDATE OF base_present, base_type_id ON main.relationship
WHEN NEW.base_present <> OLD.base_present OR NEW.base_type_id IS NOT OLD.base_type_id BEGIN
  SELECT note_change('base', NEW.id, NEW.source_id,
    NEW.target_id, NEW.base_present, (SELECT name FROM relationship_type WHERE id = NEW.base_type_id));
END;
CREATE TEMP TRIGGER audit_intent_gone AFTER DELETE ON main.intent BEGIN
  SELECT note_change('intent-gone', OLD.relationship_id,
    OLD.source_id, OLD.target_id, OLD.wanted_present, (SELECT name FROM relationship_type WHERE id = OLD.wanted_type_id));
END;
CREATE TEMP TRIGGER audit_intent_added AFTER INSERT ON main.intent BEGIN
  SELECT note_change('wanted', NEW.relationship_id, NEW.source_id,
    NEW.target_id, NEW.wanted_present, NULL);
END;
CREATE TEMP TRIGGER audit_wanted AFTER UPDATE OF wanted_present, wanted_type_id ON main.intent
WHEN NEW.wanted_present <> OLD.wanted_present OR NEW.wanted_type_id IS NOT OLD.wanted_type_id BEGIN
  SELECT note_change('wanted', NEW.relationship_id, NEW.source_id,
    NEW.target_id, NEW.wanted_present, NULL);
END;
CREATE TEMP TRIGGER audit_entity AFTER UPDATE OF presence ON main.entity
WHEN NEW.presence = 'removed' AND OLD.presence <> 'removed' BEGIN
  SELECT note_change('entity-removed', NEW.id, NEW.id, NEW.id, 0, NULL);
END;
CREATE TEMP TRIGGER audit_mark_gone AFTER DELETE ON main.type_mark BEGIN
  SELECT note_change('user-made', OLD.relationship_id, 0, 0, 0, NULL);
END;
CREATE TEMP TRIGGER audit_mark AFTER UPDATE ON main.type_mark BEGIN
  SELECT note_change('user-made', OLD.relationship_id, 0, 0, 1, NULL);
END;
CREATE TEMP TRIGGER audit_local_gone AFTER DELETE ON main.local_relationship BEGIN
  SELECT note_change('user-made', OLD.id, OLD.source_id,
    OLD.target_id, 0, NULL);
END;
CREATE TEMP TRIGGER audit_conflict AFTER INSERT ON main.conflict BEGIN
  SELECT note_change('conflict', NEW.relationship_id, 0, 0, 0, NULL);
END;
CREATE TEMP TRIGGER audit_listing_added AFTER INSERT ON main.listing BEGIN
  SELECT note_change('listing', NEW.entity_id, 0, 0, 0, NULL);
END;
CREATE TEMP TRIGGER audit_listing AFTER UPDATE ON main.listing BEGIN
  SELECT note_change('listing', NEW.entity_id, 0, 0, 0, NULL);
END;
CREATE TEMP TRIGGER audit_cursor_added AFTER INSERT ON main.feed WHEN NEW.cursor IS NOT NULL BEGIN
  SELECT note_change('cursor', 0, 0, 0, 0, NULL);
END;
CREATE TEMP TRIGGER audit_cursor AFTER UPDATE OF cursor ON main.feed WHEN NEW.cursor IS NOT NULL BEGIN
  SELECT note_change('cursor', 0, 0, 0, 0, NULL);
END;
CREATE TEMP TRIGGER audit_fields_added AFTER INSERT ON main.entity WHEN NEW.fields <> '[]' BEGIN
  SELECT note_change('fields', NEW.id, 0, 0, 0, NULL);
END;
CREATE TEMP TRIGGER audit_fields AFTER UPDATE OF fields ON main.entity WHEN NEW.fields <> OLD.fields BEGIN
  SELECT note_change('fields', NEW.id, 0, 0, 0, NULL);
END;
`;

export interface Audit {
  /** What changed since it was last asked. */
  take(): AuditRow[];
  /** How much is noted, and forgets what was noted after so much: the change was rolled back. */
  readonly length: number;
  rollBackTo(length: number): void;
}

export function installAudit(db: Database.Database): Audit {
  let rows: AuditRow[] = [];
  const note = (
    what: AuditRow['what'],
    id: number,
    sourceId: number,
    targetId: number,
    present: number,
    type: string | null,
  ) => {
    rows.push({ what, id, sourceId, targetId, present, type });
    return null;
  };
  db.function('note_change', note as (...values: unknown[]) => unknown); // the triggers give just these
  db.exec(triggers);
  return {
    take: () => {
      const taken = rows;
      if (taken.length > 0) rows = [];
      return taken;
    },
    get length() {
      return rows.length;
    },
    rollBackTo: (length) => {
      rows = rows.slice(0, length);
    },
  };
}
