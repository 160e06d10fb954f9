import { LinkButton } from '#renderer/components/button.tsx';
import { openList, openModel } from './models-view.ts';
import styles from './models.module.css';

/** Where in the place this is: `Models / silero-vad / 6.0.0`, each step back a link. */
export function Crumbs({ model, here }: { model: string; here?: string }) {
  return (
    <span className={styles.crumbs}>
      <span>
        <LinkButton onClick={openList}>Models</LinkButton>
      </span>
      {here === undefined ? (
        <span>{model}</span>
      ) : (
        <>
          <span>
            <LinkButton onClick={() => openModel(model)}>{model}</LinkButton>
          </span>
          <span>{here}</span>
        </>
      )}
    </span>
  );
}
