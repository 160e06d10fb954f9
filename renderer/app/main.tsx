import '#renderer/lib/zod-setup.ts';
import '#renderer/styles/fonts.ts';
import '#renderer/styles/tokens.css';
import '#renderer/styles/base.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startJobs } from '#renderer/lib/jobs.ts';
import { startQueries } from '#renderer/lib/query.ts';
import { App } from './app.tsx';

startQueries();
startJobs();

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root.');
createRoot(root).render(
  <StrictMode>
    {/* The page's security policy allows no style elements but the app's own files. */}
    <CSPProvider disableStyleElements>
      <App />
    </CSPProvider>
  </StrictMode>,
);
