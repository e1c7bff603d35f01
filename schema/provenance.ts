// Where a value came from (PROV-O: prov:wasAttributedTo, prov:wasGeneratedBy, prov:generatedAtTime).

export interface Provenance {
  /** System folder, for instance `nocr-person`. */
  readonly system: string
  /** Operation as named in the system's system.json. */
  readonly operation: string
  /** When the system gave it, ISO 8601 in UTC. */
  readonly fetchedAt: string
  /** Names of the normalisers that changed the value, in order; empty if it stands as received. */
  readonly normalisations: readonly string[]
}

export type Path = readonly (string | number)[]

/** One value of an answer with its origin; `path` is the response path. */
export interface ProvenanceEntry extends Provenance {
  readonly path: Path
}
