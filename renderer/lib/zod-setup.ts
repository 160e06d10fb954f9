import { z } from 'zod';

// The page's security policy forbids making code from text, which zod's fast path does; this has to run before any
// schema of the contract is made, so it is the first import of the page.
z.config({ jitless: true });
