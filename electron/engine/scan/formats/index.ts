import type { FormatScanner } from '../format-scanner.ts';
import { gguf } from './gguf.ts';
import { safetensors } from './safetensors.ts';

/**
 * Every format this version knows, in the order in which they are asked: strict magic first, what is told by its structure
 * next, texts last. The first that recognises a target scans it.
 */
export const formatScanners: readonly FormatScanner[] = [
  // By magic.
  gguf,
  // By structure.
  safetensors,
  // Texts.
];
