const texts = {
  done: ['Go back to Weft', 'Weft has what it asked for. You can close this page.'],
  denied: ['Go back to Weft', 'Nothing was allowed, and Weft has no access. You can close this page.'],
  'not-ours': ['Not the sign-in Weft waits for', 'Go back to Weft and start the sign-in there again.'],
  'not-here': ['Nothing here', 'Weft waits for the end of a sign-in at another address.'],
} as const;

/** The page that the browser ends on. Nothing of the visit stands in it. */
export function toCallbackPage(page: keyof typeof texts): string {
  const [title, text] = texts[page];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; place-content: center; min-height: 90vh; margin: 1rem; text-align: center; }
h1 { font-size: 1.5rem; }
</style>
</head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
