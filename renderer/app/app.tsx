import { useEffect } from 'react';
import { useCall } from '#renderer/lib/query.ts';
import { Waiting } from '#renderer/components/loaded.tsx';
import { Frame } from './frame.tsx';
import { StartFailure } from './start-failure.tsx';

/** The window: the frame once the engine answers, or why it does not. */
export function App() {
  const site = useCall('site.info', {});
  const isAnswered = site.value !== undefined || site.failure !== null;
  useEffect(() => {
    if (isAnswered) document.documentElement.dataset.ready = 'true';
  }, [isAnswered]);
  if (site.value) return <Frame site={site.value} />;
  if (site.failure) {
    return <StartFailure failure={site.failure} onRetry={site.reload} />;
  }
  return <Waiting label="Opening the home" />;
}
