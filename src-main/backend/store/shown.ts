/**
 * A relationship with an end that the remote no longer lists stays, unseen, until the end is listed again;
 * what the user made or changed is always seen.
 */
export const visible = `(s.state <> 'synced' OR (
  (SELECT presence FROM entity WHERE id = s.source_id) = 'listed' AND
  (SELECT presence FROM entity WHERE id = s.target_id) = 'listed'))`;

/** The entities that hide what is synced with them. */
export const away = "SELECT id FROM entity WHERE presence <> 'listed'";

/** As `visible`, for a look at all relationships: the entities away are collected once. */
export const visibleInAll = `(s.state <> 'synced' OR (s.source_id NOT IN (${away}) AND s.target_id NOT IN (${away})))`;

/** What the plain mirror cannot tell: the relationships with an intent, a mark or an open conflict. */
export const overlaid = `SELECT relationship_id FROM intent UNION SELECT relationship_id FROM type_mark
  UNION SELECT relationship_id FROM conflict WHERE decision IS NULL`;

const isAway = (id: string) =>
  `EXISTS (SELECT 1 FROM entity INDEXED BY entity_away WHERE id = ${id} AND presence <> 'listed')`;

/** Whether every entity is listed: asked once a statement. */
export const nothingAway =
  "(SELECT NOT EXISTS (SELECT 1 FROM entity INDEXED BY entity_away WHERE presence <> 'listed'))";

/** That an entity is listed. Whether any is not is asked once a statement. */
export const isHere = (id: string) => `(${nothingAway} OR NOT ${isAway(id)})`;

/**
 * That a row `r` of the mirror is shown, for readers of many rows: the view would look at every row's ends and at all
 * that may lie over it. Whether anything is away at all is asked once a statement, and mostly that is the answer.
 */
export const shownInMirror = `(r.base_present = 1 AND (
  ${nothingAway}
  OR (NOT ${isAway('r.source_id')} AND NOT ${isAway('r.target_id')})
  OR EXISTS (SELECT 1 FROM intent WHERE relationship_id = r.id)
  OR EXISTS (SELECT 1 FROM conflict WHERE relationship_id = r.id AND decision IS NULL)))`;

/** That the mirror does not have what an intent `i` is about, so that only the intent shows it. */
export const onlyWanted =
  'NOT EXISTS (SELECT 1 FROM relationship WHERE id = i.relationship_id AND base_present = 1)';

/** The type that a row `r` of the mirror is shown with, which the view tells several times as slowly. */
export const typeInMirror = `IFNULL((SELECT type_id FROM type_mark WHERE relationship_id = r.id), IIF(
  EXISTS (SELECT 1 FROM intent WHERE relationship_id = r.id AND wanted_present = 1),
  (SELECT wanted_type_id FROM intent WHERE relationship_id = r.id), r.base_type_id))`;

/** The same of an intent `i` that alone shows a relationship. */
export const typeWanted = `IFNULL((SELECT type_id FROM type_mark WHERE relationship_id = i.relationship_id), IIF(
  i.wanted_present = 1 OR NOT EXISTS (SELECT 1 FROM relationship WHERE id = i.relationship_id),
  i.wanted_type_id, (SELECT base_type_id FROM relationship WHERE id = i.relationship_id)))`;
