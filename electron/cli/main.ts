import { config } from 'zod';
import { runCommandLine } from './program.ts';

// A run parses each shape a few times: compiling parsers for them would take longer than it saves.
config({ jitless: true });

process.exitCode = await runCommandLine(process.argv.slice(2));
