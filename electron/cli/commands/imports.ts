import type { Command } from 'commander';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { optional, required } from '../arguments.ts';
import { exitOfVerdict } from '../exit-code.ts';
import { followJob } from '../follow-job.ts';
import type { Act } from '../command.ts';
import { describeReport } from '../report.ts';
import { table } from '../terminal.ts';

/** `import`, `imports`, `publish`, `reject`: from media to a decision. */
export function importCommands(program: Command, act: Act): void {
  const importCommand = program
    .command('import')
    .description('media -> quarantine -> evidence')
    .argument('<path>', 'a folder or file')
    .requiredOption('--model <name>', 'name of the model')
    .requiredOption('--version <semver>', 'version it becomes')
    .option('--provenance <file>', 'an in-toto statement that becomes part of the release');
  act(importCommand, async (invocation, [path = ''], options) => {
    const provenance = optional(options, 'provenance');
    const started = await invocation.call('imports.start', {
      source: invocation.locate(path),
      model: required(options, 'model', '--model'),
      version: required(options, 'version', '--version'),
      ...(provenance === undefined ? {} : { provenance: invocation.locate(provenance) }),
    });
    const { importId } = await followJob(invocation, 'import', started);
    const detail = await invocation.call('imports.get', { id: importId });
    const evidence = detail.evidence === null ? [] : describeReport(detail.evidence);
    return {
      json: detail,
      text: [
        `import ${importId}  ${detail.model}@${detail.version}  ${formatBytes(detail.sizeBytes)}`,
        ...evidence,
      ],
      exit: exitOfVerdict(detail.evidence?.verdict ?? 'not-checked'),
    };
  });

  const imports = program
    .command('imports')
    .description('imports and how they were decided')
    .argument('[import-id]');
  act(imports, async (invocation, [id]) => {
    if (id !== undefined) {
      const detail = await invocation.call('imports.get', { id });
      return {
        json: detail,
        text: detail.evidence === null ? [detail.state] : describeReport(detail.evidence),
      };
    }
    const rows = await invocation.call('imports.list', {});
    return {
      json: rows,
      text: table([
        ['import', 'release', 'state', 'verdict', 'size', 'files', 'from'],
        ...rows.map((row) => [
          row.id,
          `${row.model}@${row.version}`,
          row.state,
          row.verdict,
          formatBytes(row.sizeBytes),
          formatNoun(row.fileCount, 'file'),
          row.source,
        ]),
      ]),
    };
  });

  const recheck = program
    .command('recheck')
    .description('judge an import in quarantine again, by the trust data of now')
    .argument('<import-id>');
  act(recheck, async (invocation, [id = '']) => {
    const detail = await invocation.call('imports.recheck', { id });
    const text = detail.evidence === null ? [detail.state] : describeReport(detail.evidence);
    return { json: detail, text, exit: exitOfVerdict(detail.verdict) };
  });

  const publish = program
    .command('publish')
    .description('make a quarantined import a release')
    .argument('<import-id>')
    .option('--accept-unsigned', 'accept that nothing is signed; needs --reason')
    .option('--accept-review', 'accept what the scan wants a person to look at; needs --reason')
    .option('--reason <text>', 'why');
  act(publish, async (invocation, [id = ''], options) => {
    const accept = (name: 'acceptUnsigned' | 'acceptReview') =>
      options[name] === true ? { [name]: { reason: required(options, 'reason', '--reason') } } : {};
    const accepted = { ...accept('acceptUnsigned'), ...accept('acceptReview') };
    const release = await invocation.call('imports.publish', { id, ...accepted });
    return {
      json: release,
      text: [`published ${release.model}@${release.version}  ${release.manifestDigest}`],
    };
  });

  const reject = program
    .command('reject')
    .description('discard an import')
    .argument('<import-id>')
    .requiredOption('--reason <text>', 'why');
  act(reject, async (invocation, [id = ''], options) => {
    await invocation.call('imports.reject', { id, reason: required(options, 'reason', '--reason') });
    return {
      json: { id, state: 'rejected' },
      text: [`rejected ${id}; its bytes were removed from quarantine`],
    };
  });
}
