/** Tells the person at the terminal what the set-up does; on stderr, since stdout belongs to the command. */
export function say(message) {
  process.stderr.write(`sallyport: ${message}\n`);
}

/** Something the person has to do first; the entry prints it and ends with `exitCode`. */
export class SetupError extends Error {
  constructor(message, exitCode = 3) {
    super(message);
    this.exitCode = exitCode;
  }
}
