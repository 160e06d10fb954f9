/** The name a file has until it is whole (writeFileDurably): the process that writes it is part of it. */
export function temporaryName(file: string): string {
  return `${file}.tmp-${process.pid}`;
}

/** Is this the name of a file that a process had not finished? */
export function isTemporary(name: string): boolean {
  return /\.tmp-[0-9]+$/.test(name);
}
