import { SyncSettings } from '../../../src-preload/contract/sync-lists.ts';
import { attend } from './attend.ts';
import { type Client, findEntity } from './client.ts';
import { toProgressLine, toSyncExitCode } from './commands.ts';
import { wrongUsage } from './errors.ts';
import { done, type Outcome, toReportLines, toReportValue } from './output.ts';

/** When a workspace syncs by itself, and a look at one entity, one function per command. */

export interface ScheduleOptions {
  readonly every?: string;
  readonly afterEdits?: string;
  readonly onReconnect?: string;
}

/** Changes what is named and leaves the rest; says what holds. */
export async function schedule(client: Client, options: ScheduleOptions): Promise<Outcome> {
  const known = await client.request('sync:settings', {});
  const { every, afterEdits, onReconnect } = options;
  const wanted = {
    everyMinutes: every === undefined ? known.everyMinutes : parseTime(every, '--every'),
    afterEditsSeconds:
      afterEdits === undefined ? known.afterEditsSeconds : parseTime(afterEdits, '--after-edits'),
    onReconnect: onReconnect === undefined ? known.onReconnect : parseYes(onReconnect),
  };
  const isAsked = [every, afterEdits, onReconnect].some((option) => option !== undefined);
  const settings = isAsked ? await client.request('sync:set-settings', parseSettings(wanted)) : known;
  return done(settings, toScheduleLines(settings));
}

function parseSettings(wanted: unknown): SyncSettings {
  const settings = SyncSettings.safeParse(wanted);
  if (settings.success) return settings.data;
  throw wrongUsage('--every takes 1 to 10080 minutes and --after-edits 1 to 3600 seconds, or never.');
}

function parseTime(text: string, option: string): number | null {
  if (text === 'never') return null;
  if (/^\d+$/.test(text)) return Number(text);
  throw wrongUsage(`${option} takes a whole number, or never.`);
}

function parseYes(text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw wrongUsage('--on-reconnect takes yes or no.');
}

function toScheduleLines({ everyMinutes, afterEditsSeconds, onReconnect }: SyncSettings): string[] {
  return [
    everyMinutes === null ? 'not at intervals' : `every ${everyMinutes} minutes`,
    afterEditsSeconds === null ? 'not after edits' : `${afterEditsSeconds} seconds after the last edit`,
    onReconnect ? 'when a connection answers again' : 'not when a connection answers again',
  ];
}

/** Reads the relationships of one entity from its remote now. */
export async function refresh(client: Client, address: string): Promise<Outcome> {
  const { id } = await findEntity(client, address);
  const report = await attend(client, client.request('entities:refresh', { id }), {
    cancel: () => void client.request('sync:cancel', { connectionId: null }),
    toLine: toProgressLine,
  });
  return done(toReportValue(report), toReportLines(report), toSyncExitCode([report]));
}
