import { existsSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, net, protocol, session, type WebContents, type WebFrameMain } from 'electron';

/** The page's own scheme: files of the renderer's build, nothing else. */
const SCHEME = 'weft';
const HOST = 'app';
/** Where the window's page is found. */
export const PAGE_URL = `${SCHEME}://${HOST}/index.html`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the page with its policy; a path outside the build is not found. */
export function serveRenderer(): void {
  const root = join(import.meta.dirname, '..', 'renderer');
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const file = normalize(join(root, decodeURIComponent(pathname)));
    if (host !== HOST || !file.startsWith(root + sep) || !existsSync(file)) {
      return new Response('Not found', { status: 404 });
    }
    const response = await net.fetch(pathToFileURL(file).href);
    const headers = new Headers(response.headers);
    headers.set('content-security-policy', CONTENT_SECURITY_POLICY);
    headers.set('x-content-type-options', 'nosniff');
    return new Response(response.body, { status: response.status, headers });
  });
}

/** The page asks the system for nothing: no camera, no notifications, no location. */
export function refusePermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
}

/** No page but our own, no other window, no embedded page, in whatever contents the app ever makes. */
export function closeNavigation(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Only the main frame of our own page may ask anything. */
export function isTrustedFrame(frame: WebFrameMain | null): boolean {
  if (frame === null || frame.parent !== null) return false;
  const { protocol: scheme, host } = new URL(frame.url);
  return scheme === `${SCHEME}:` && host === HOST;
}
