import { type EntityOrigin, LOCAL_CONNECTION_NAME } from './model.ts';

/** Where something that was imported came from, for people: “plant (clickie)”. */
export function toOriginPlace({ connection, remote }: EntityOrigin): string {
  if (connection === LOCAL_CONNECTION_NAME) return 'another workspace';
  return remote === null ? connection : `${connection} (${remote})`;
}
