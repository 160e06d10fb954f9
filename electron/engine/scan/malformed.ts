/**
 * Thrown by readers for bytes that do not follow their format. Whoever runs a scanner turns it into a finding of the rule
 * it names: a file that could not be parsed is blocked. Never leaves the scan room.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed';
  /** Id of the rule that it hits. */
  readonly rule: string;
  readonly offset: number | undefined;
  readonly subject: string | undefined;

  constructor(rule: string, detail: string, where: { offset?: number; subject?: string } = {}) {
    super(detail);
    this.rule = rule;
    this.offset = where.offset;
    this.subject = where.subject;
  }
}
