import type { FormatScanner } from '../format-scanner.ts';
import { arrow, parquet, pdf } from './documents.ts';
import { hdf5 } from './hdf5.ts';
import { json, jsonLines } from './json.ts';
import { kerasZip } from './keras-zip.ts';
import { nativeCode } from './native.ts';
import { onnx } from './onnx.ts';
import { gif, jpeg, png, riff } from './pictures.ts';
import { sourceCode } from './source.ts';
import { signature } from './signature.ts';
import { markup, plainText, templateFile } from './text.ts';
import { gzip, zlib } from './compressed.ts';
import { media } from './media.ts';
import { npy } from './npy.ts';
import { pickle } from './pickle.ts';
import { tar } from './tar.ts';
import { fingerprint, graphDef, kerasMetadata, metaGraph, savedModel } from './tensorflow.ts';
import { tensorBundle } from './tensor-bundle.ts';
import { coreml, coremlText, coremlWeights } from './coreml.ts';
import { ggml } from './ggml.ts';
import { msgpack } from './msgpack.ts';
import { openvino } from './openvino.ts';
import { protoText } from './proto-text.ts';
import { tflite } from './tflite.ts';
import { torchLegacy } from './torch-legacy.ts';
import { torchZip } from './torch-zip.ts';
import { unreadArchives } from './unread-archives.ts';
import { yaml } from './yaml.ts';
import { zip } from './zip.ts';
import { gguf } from './gguf.ts';
import { rawData } from './raw-data.ts';
import { safetensors } from './safetensors.ts';
import { sentencePiece } from './sentencepiece.ts';

/**
 * Every format this version knows, in the order in which they are asked: strict magic first, what is told by its structure
 * next, texts last. The first that recognises a target scans it.
 */
export const formatScanners: readonly FormatScanner[] = [
  // By magic.
  hdf5,
  torchLegacy,
  npy,
  gzip,
  ...unreadArchives,
  gguf,
  nativeCode,
  png,
  jpeg,
  gif,
  riff,
  ...media,
  pdf,
  parquet,
  arrow,
  tflite,
  ggml,
  coremlWeights,
  tensorBundle,
  // By structure.
  tar,
  torchZip,
  kerasZip,
  zip,
  safetensors,
  onnx,
  coreml,
  sentencePiece,
  savedModel,
  kerasMetadata,
  metaGraph,
  graphDef,
  fingerprint,
  zlib,
  pickle,
  msgpack,
  signature,
  // Texts.
  openvino,
  coremlText,
  protoText,
  jsonLines,
  json,
  yaml,
  sourceCode,
  templateFile,
  markup,
  plainText,
  // By name alone; counts only where another file describes it.
  rawData,
];
