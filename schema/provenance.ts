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
  /** An equal question of somebody with the same authority was under way, or answered before; absent: asked for this. */
  readonly via?: 'joined' | 'cache' | undefined
  /** Older than its system declares fresh: given because the system gives no answer, or is being asked anew. */
  readonly stale?: true | undefined
}

export type Path = readonly (string | number)[]

/** One value of an answer with its origin; `path` is the response path. */
export interface ProvenanceEntry extends Provenance {
  readonly path: Path
}
