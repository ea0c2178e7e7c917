import { expect, test } from './support/weft.ts';

test('the page has no Node and only two functions to ask with', async ({ weft }) => {
  const reach = await weft.page.evaluate(() => ({
    node: ['require', 'process', 'module', 'Buffer', '__dirname'].filter((name) => name in globalThis),
    bridge: Object.keys(window.weft).toSorted(),
  }));
  expect(reach).toEqual({ node: [], bridge: ['onEvent', 'request'] });
});

test('unknown requests and wrong parameters are refused', async ({ weft }) => {
  const codes = await weft.page.evaluate(async () => {
    const ask = async (channel: string, params: unknown) => {
      const request = window.weft.request as (
        channel: string,
        params: unknown,
      ) => Promise<{ ok: boolean; error?: { code: string } }>;
      return (await request(channel, params)).error?.code;
    };
    return [
      await ask('shell:run', {}),
      await ask('__proto__', {}),
      await ask('workspace:open', { path: 7 }),
      await ask('app:choose-file', { purpose: 'format-disk' }),
    ];
  });
  expect(codes).toEqual(['unknown-request', 'unknown-request', 'wrong-parameters', 'wrong-parameters']);
});

test('the content security policy stops inline script, eval and other hosts', async ({ weft, server }) => {
  const outcome = await weft.page.evaluate(async (url) => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.head.append(script);
    const reached = await fetch(url).then(
      () => true,
      () => false,
    );
    // oxlint-disable-next-line no-implied-eval -- a text as a timer's body is what the policy must stop
    window.setTimeout('window.evaluated = true', 0);
    await new Promise((resolve) => window.setTimeout(resolve, 50));
    return { injected: 'injected' in window, reached, evaluated: 'evaluated' in window };
  }, server.url);
  expect(outcome).toEqual({ injected: false, reached: false, evaluated: false });
  expect(server.requests).toEqual([]);
});

test('navigation and new windows are refused', async ({ weft, server }) => {
  const before = weft.page.url();
  await weft.app.evaluate(({ BrowserWindow }) => {
    Reflect.set(globalThis, 'refused', 0);
    BrowserWindow.getAllWindows()[0]?.webContents.on('will-navigate', (event) => {
      if (event.defaultPrevented) Reflect.set(globalThis, 'refused', 1);
    });
  });
  await weft.page.evaluate((url) => {
    window.open(url);
    window.setTimeout(() => window.location.assign(url), 0);
  }, server.url);
  await expect.poll(() => weft.app.evaluate(() => Reflect.get(globalThis, 'refused'))).toBe(1);
  const now = await weft.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((w) => w.webContents.getURL()),
  );
  expect(now).toEqual([before]);
  expect(weft.app.windows()).toHaveLength(1);
  expect(server.requests).toEqual([]);
});

test('files outside the page’s own folder are not served', async ({ weft }) => {
  const statuses = await weft.page.evaluate(() =>
    Promise.all(
      ['/../package.json', '/%2e%2e/main/index.js', '/..%2fmain%2findex.js'].map(
        async (path) => (await fetch(path)).status,
      ),
    ),
  );
  expect(statuses).toEqual([404, 404, 404]);
});

test('the renderer runs in Chromium’s sandbox', async ({ weft }) => {
  const sandboxed = await weft.app.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(({ type }) => type === 'Tab')
      .map(({ sandboxed }) => sandboxed),
  );
  const switches = await weft.app.evaluate(({ app }) =>
    app.commandLine.hasSwitch(['no', 'sandbox'].join('-')),
  );
  expect(switches).toBe(false);
  expect(sandboxed.every((value) => value !== false)).toBe(true);
});
