// `npm run -s cli -- …`: Weft on the command line.
import { runTypeScript } from './run-typescript.mjs';

await runTypeScript('src-main/backend/cli.ts', process.argv.slice(2));
