import { create } from 'zustand';

interface InspectorState {
  /** Where the frame lets details appear; null before the frame stands. */
  readonly slot: HTMLElement | null;
  /** What Esc calls; null while nothing is open. */
  readonly close: (() => void) | null;
}

/** The pane at the right edge: the frame owns the place, a feature fills it through the `Inspector` component. */
export const useInspector = create<InspectorState>(() => ({ slot: null, close: null }));

/** Hands in the element of the frame. */
export function setInspectorSlot(slot: HTMLElement | null): void {
  useInspector.setState({ slot });
}

/** Says that details are open and how they close; the returned function says that they are gone. */
export function openInspector(close: () => void): () => void {
  useInspector.setState({ close });
  return () => {
    if (useInspector.getState().close === close) useInspector.setState({ close: null });
  };
}
