import type { Tensor } from '#shared/contract/scan.ts';

/** A tensor as a file's header describes it; the bytes are elsewhere. Offsets are of the data in the file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly sizeBytes: number;
}

/** What a scanner learnt about a file that only means something beside other files. Nothing here is a finding yet. */
export type Fact =
  | { readonly kind: 'tensor'; readonly tensor: TensorEntry }
  /** The same after its bytes were read: digest and statistics. Only where every byte is read. */
  | { readonly kind: 'measured-tensor'; readonly tensor: Tensor }
  /** The file needs another one: a shard, external data, a base model's folder. `path` is as written, unchecked. */
  | {
      readonly kind: 'reference';
      readonly path: string;
      readonly role: 'shard' | 'external-data';
      /** What the file must have at least. */ readonly endBytes?: number;
    }
  /** An index says that a tensor lies in a shard. */
  | { readonly kind: 'index-entry'; readonly tensor: string; readonly shard: string }
  /** What an index says all tensors take together. */
  | { readonly kind: 'index-total'; readonly sizeBytes: number }
  /** Rows of the embedding table, or the vocabulary size that a config states. */
  | { readonly kind: 'vocabulary-rows'; readonly rows: number; readonly source: 'config' | 'embedding' }
  /** One more than the highest token id. */
  | { readonly kind: 'token-ids'; readonly count: number }
  | { readonly kind: 'chat-template'; readonly name: string; readonly text: string }
  /** An adapter names the model it belongs to, and the rank of all its changes where that is one. */
  | { readonly kind: 'base-model'; readonly name: string; readonly rank: number | null };

export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>;
