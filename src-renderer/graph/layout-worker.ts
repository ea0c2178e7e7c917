import { arrange } from './arrange.ts';
import type { LayoutQuestion } from './layout-messages.ts';

addEventListener('message', ({ data }: MessageEvent<LayoutQuestion>) => {
  postMessage(arrange(data), {});
});
