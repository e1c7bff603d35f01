// What is wrong with a system folder, found at load: all of it at once, each with its place.

export interface Finding {
  /** Relative to the repository or the folder that was named. */
  readonly file: string
  readonly line?: number | undefined
  /** Where in a JSON file, by JSON Pointer (RFC 6901); whoever has the text makes a line of it. */
  readonly pointer?: string | undefined
  /** What is wrong, and the mend. */
  readonly message: string
}

/** A folder or contract that cannot be loaded. */
export class FindingsError extends Error {
  readonly findings: readonly Finding[]

  constructor(findings: readonly Finding[]) {
    super(findings.map(toLine).join('\n'))
    this.name = 'FindingsError'
    this.findings = findings
  }
}

/** `subgraphs/x/schema.graphql:12 unknown operation "y"`: one clear line. */
export function toLine(finding: Finding): string {
  const place = finding.line === undefined ? finding.file : `${finding.file}:${finding.line}`
  return `${place} ${finding.message}`
}
