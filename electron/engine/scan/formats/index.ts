import type { FormatScanner } from '../format-scanner.ts';

/**
 * Every format this version knows, in the order in which they are asked: strict magic first, what is told by its structure
 * next, texts last. The first that recognises a target scans it.
 */
export const formatScanners: readonly FormatScanner[] = [];
