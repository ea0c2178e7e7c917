import { Notifications, notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useApp } from '../../store/context.ts';
import type { Notice } from '../../store/state.ts';

const colours = { good: 'green', bad: 'red', plain: 'ink' } as const;

/** Shows each notice once; closing it or time takes it away. */
export function Notices() {
  const { store, actions } = useApp();
  useEffect(() => {
    const shown = new Set<number>();
    const show = (notices: readonly Notice[]) => {
      for (const notice of notices) {
        if (shown.has(notice.id)) continue;
        shown.add(notice.id);
        notifications.show({
          id: `notice-${notice.id}`,
          title: notice.title,
          message: notice.text,
          color: colours[notice.tone],
          withBorder: true,
          autoClose: notice.tone === 'bad' ? 12_000 : 4_500,
          onClose: () => actions.dismissNotice(notice.id),
        });
      }
    };
    show(store.getState().view.notices);
    return store.subscribe(({ view }) => show(view.notices));
  }, [store, actions]);
  return <Notifications position="bottom-right" limit={4} containerWidth={380} />;
}
