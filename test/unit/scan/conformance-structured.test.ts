import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { verdictOf } from '#engine/scan/verdict.ts';

const folder = process.env['SALLYPORT_CONFORMANCE'] ?? path.resolve('../shared/conformance');

/** Scans a sample where it lies. */
function scan(...parts: readonly string[]) {
  const file = path.join(folder, ...parts);
  const scanned = scanFile(path.basename(file).replace(/\.sample$/, ''), bytesSource(readFileSync(file)), {
    extent: 'all',
  });
  return { ...scanned, verdict: verdictOf(scanned.findings) };
}

describe.skipIf(!existsSync(folder))('conformance: templates and safetensors', () => {
  const templates = existsSync(folder) ? readdirSync(path.join(folder, 'templates')) : [];

  it('passes what is benign', () => {
    const benign = templates.filter((name) => name.startsWith('benign_'));
    expect(benign.length).toBeGreaterThan(4);
    for (const name of [...benign, 'edge_cases_no_template.json', 'yaml_model_config.yaml']) {
      const { verdict, findings } = scan('templates', name);
      expect({ name, verdict, findings }).toEqual({ name, verdict: 'pass', findings: [] });
    }
  });

  it('blocks what is hostile', () => {
    const hostile = templates.filter((name) => /malicious|obfuscated|malformed|^tokenizer_config/.test(name));
    expect(hostile.length).toBeGreaterThan(12);
    for (const name of hostile) expect([name, scan('templates', name).verdict]).toEqual([name, 'block']);
  });

  it('passes a plain safetensors file and shows markup in metadata as text', () => {
    const plain = scan('safetensors', 'safe_model.safetensors');
    expect(plain).toMatchObject({ format: 'safetensors', verdict: 'pass', findings: [] });
    expect(plain.bytesRead).toBe(plain.sizeBytes);
    const marked = scan('safetensors', 'script_injection.safetensors');
    expect(marked.verdict).toBe('review');
    expect(marked.findings.map(({ rule }) => rule)).toContain('safetensors.active-metadata');
  });
});
