import type { Finding } from '#shared/contract/scan.ts';
import { Budget, type BudgetLimits } from './budget.ts';
import type { ByteSource } from './byte-source.ts';
import { coverSource, type CoveredSource } from './coverage.ts';
import type { Fact } from './facts.ts';
import { formatScanners } from './formats/index.ts';
import { type FormatScanner, HEAD_BYTES, type ScanContext, type ScanTarget } from './format-scanner.ts';
import { Malformed } from './malformed.ts';
import { otherReading } from './other-reading.ts';
import { readThrough } from './read-through.ts';
import { ruleOf } from './rules/index.ts';
import { shown } from './shown.ts';

export interface ScanFileOptions {
  readonly extent: ScanContext['extent'];
  readonly limits?: BudgetLimits;
  readonly scanners?: readonly FormatScanner[];
}

/** What was found out about one file. What it is worth is up to the policy. */
export interface ScannedFile {
  readonly path: string;
  readonly format: string;
  readonly sizeBytes: number;
  readonly bytesRead: number;
  readonly findings: readonly Finding[];
  readonly facts: readonly Fact[];
}

/** Identifies a file by content and looks at all of it. Never throws: whatever goes wrong is a finding. */
export function scanFile(path: string, source: ByteSource, options: ScanFileOptions): ScannedFile {
  const covered = coverSource(source);
  const scan = new FileScanner(options);
  const format = scan.run({ name: path, source: covered, depth: 0 }, []);
  const bytesRead = covered.bytesRead();
  if (bytesRead < source.sizeBytes && !scan.findings.some(({ rule }) => rule === 'file.unidentified')) {
    scan.add('file.not-read', `${bytesRead} of ${source.sizeBytes} bytes were read.`, []);
  }
  return {
    path,
    format,
    sizeBytes: source.sizeBytes,
    bytesRead,
    findings: scan.findings,
    facts: scan.facts,
  };
}

/** One file and everything inside it: one budget, one list of findings. */
class FileScanner {
  readonly findings: Finding[] = [];
  readonly facts: Fact[] = [];
  readonly #budget: Budget;
  readonly #scanners: readonly FormatScanner[];
  readonly #extent: ScanContext['extent'];

  constructor({ extent, limits, scanners = formatScanners }: ScanFileOptions) {
    this.#budget = new Budget(limits);
    this.#scanners = scanners;
    this.#extent = extent;
  }

  /** `members` are the names that lead from the file to the target. Returns the format. */
  run(place: { name: string; source: CoveredSource; depth: number }, members: readonly string[]): string {
    if (place.source.sizeBytes === 0) {
      this.add('file.empty', 'The file is empty.', members);
      return 'empty';
    }
    try {
      const target: ScanTarget = { ...place, head: place.source.read(0, HEAD_BYTES) };
      const scanner = this.#scanners.find((each) =>
        each.recognises({ ...target, source: place.source.unwatched }),
      );
      if (scanner === undefined) {
        // Another file may say what lies in it; then it counts that all of it was read.
        if (this.#extent === 'all') readThrough(place.source);
        this.add('file.unidentified', 'The content is of no format that this version knows.', members);
        return 'unknown';
      }
      this.#scanWith(scanner, target, members);
      this.#tellOtherReading(scanner, place.source.unwatched, members);
      return scanner.format;
    } catch (error) {
      this.#fail(error, members);
      return 'unknown';
    }
  }

  add(
    rule: string,
    detail: string,
    members: readonly string[],
    place: { offset?: number | undefined; subject?: string | undefined } = {},
  ): void {
    const member = memberPath(members);
    this.findings.push({
      rule,
      severity: ruleOf(rule).severity,
      detail,
      ...(member === undefined ? {} : { member }),
      ...(place.offset === undefined ? {} : { offset: place.offset }),
      ...(place.subject === undefined ? {} : { subject: shown(place.subject) }),
    });
  }

  #scanWith(scanner: FormatScanner, target: ScanTarget, members: readonly string[]): void {
    try {
      scanner.scan(target, this.#context(target, members));
    } catch (error) {
      this.#fail(error, members);
    }
  }

  #tellOtherReading(
    { format, alsoReads }: FormatScanner,
    source: ByteSource,
    members: readonly string[],
  ): void {
    const other = otherReading(source, alsoReads);
    const member = memberPath(members);
    if (other === undefined) return;
    if (this.findings.some((finding) => finding.rule === 'file.polyglot' && finding.member === member))
      return;
    this.add('file.polyglot', `It is ${format}, and a loader takes it for a ${other} as well.`, members);
  }

  #context(target: ScanTarget, members: readonly string[]): ScanContext {
    return {
      budget: this.#budget,
      extent: this.#extent,
      find: (rule, detail, place) => this.add(rule, detail, members, place),
      learn: (fact) => this.facts.push(fact),
      scanInside: (member, source) => this.#inside(target, member, source, [...members, member]),
      inside: (member) => this.#context(target, [...members, member]),
    };
  }

  /** What is inside has to be read to the end too: that an archive's bytes were read says nothing about it. */
  #inside(target: ScanTarget, name: string, source: ByteSource, members: readonly string[]): string {
    if (target.depth >= this.#budget.maxDepth) {
      this.add('limit.depth', 'It is nested too deep to be opened.', members);
      return 'unknown';
    }
    const covered = coverSource(source);
    const before = this.findings.length;
    const format = this.run({ name, source: covered, depth: target.depth + 1 }, members);
    const isTold = this.findings.slice(before).some(({ severity }) => severity === 'critical');
    if (covered.bytesRead() < source.sizeBytes && !isTold && this.#extent === 'all') {
      this.add('file.not-read', `${covered.bytesRead()} of ${source.sizeBytes} bytes were read.`, members);
    }
    return format;
  }

  #fail(error: unknown, members: readonly string[]): void {
    if (error instanceof Malformed) this.add(error.rule, error.message, members, error);
    else this.add('scan.crashed', `The scanner failed: ${shown(String(error))}`, members);
  }
}

function memberPath(members: readonly string[]): string | undefined {
  return members.length === 0 ? undefined : members.map(shown).join('!');
}
