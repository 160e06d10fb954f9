import { runBuilt } from './lib/bundle.ts';

// `npm run bench`; run.ts is what is measured.
process.exitCode = await runBuilt(process.argv.slice(2));
