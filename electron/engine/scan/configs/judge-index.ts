import { isJsonObject, type JsonObject } from '#engine/core/json-reader.ts';
import type { ScanContext } from '../format-scanner.ts';
import { countOf } from '../scan-json.ts';

/** A name beside the index: no folder, nothing hidden, nothing above. */
const shardName = /^(?!\.)[\w.+ -]+\.(?:safetensors|bin|pt|pth|h5|gguf)$/;

/** `*.safetensors.index.json` and `pytorch_model.bin.index.json`: which tensor lies in which shard. */
export function judgeIndex(root: JsonObject, context: ScanContext): void {
  const map = root.get('weight_map');
  if (!isJsonObject(map)) {
    context.find('index.malformed', 'The weight map is no JSON object.', { subject: 'weight_map' });
    return;
  }
  const metadata = root.get('metadata');
  const total = isJsonObject(metadata) ? metadata.get('total_size') : undefined;
  const totalBytes = countOf(total);
  if (totalBytes !== null) context.learn({ kind: 'index-total', sizeBytes: totalBytes });
  else if (total !== undefined) {
    context.find('index.malformed', 'The total size is no byte count.', { subject: 'metadata.total_size' });
  }
  const shards = new Set<string>();
  for (const [tensor, shard] of map) {
    context.budget.step();
    if (typeof shard !== 'string') {
      context.find('index.malformed', 'The shard of a tensor is no name.', { subject: tensor });
    } else {
      if (!shards.has(shard)) judgeShardName(shard, context);
      shards.add(shard);
      context.learn({ kind: 'index-entry', tensor, shard });
    }
  }
  for (const path of shards) context.learn({ kind: 'reference', path, role: 'shard' });
}

function judgeShardName(shard: string, context: ScanContext): void {
  if (!shardName.test(shard)) {
    context.find('index.path', 'A shard is not a weight file beside the index.', { subject: shard });
  }
}
