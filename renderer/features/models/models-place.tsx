import { usePlaceTarget } from '#renderer/lib/navigation.ts';
import { ComparePage } from './compare-page.tsx';
import { LifecycleDialog } from './lifecycle-dialog.tsx';
import { ModelPage } from './model-page.tsx';
import { ModelsList } from './models-list.tsx';
import { type ModelsView, viewOf } from './models-view.ts';
import { PinDialog } from './pin-dialog.tsx';
import { ReleasePage } from './release-page.tsx';
import styles from './models.module.css';

/** Models: which releases exist, what each is made of, what changed between two, where it runs. */
export function ModelsPlace() {
  const view = viewOf(usePlaceTarget('models'));
  return (
    <div className={styles.place}>
      <View view={view} />
      <PinDialog />
      <LifecycleDialog />
    </div>
  );
}

function View({ view }: { view: ModelsView }) {
  switch (view.kind) {
    case 'list':
      return <ModelsList />;
    case 'model':
      return <ModelPage key={view.model} model={view.model} />;
    case 'release':
      return <ReleasePage key={`${view.model}@${view.version}`} model={view.model} version={view.version} />;
    case 'compare':
      return <ComparePage model={view.model} before={view.before} after={view.after} />;
  }
}
