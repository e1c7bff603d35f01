// What the copies of a gateway know together. Nothing here is needed to answer: whatever the store cannot say within a few
// milliseconds is unknown, and everybody goes on alone.

/** For all systems; each takes its own part with `of`. */
export interface SharedStore {
  of(system: string): SharedState
  /** Called once for each name. `keptMs`: how long copies that come later must still hear of a notice. */
  notices(name: string, keptMs: number): Notices
  /**
   * Is this its first use, of all copies'? True for one only, however many ask at once; undefined where nobody can tell in
   * time. Never rejects. `keptMs`: how long it is remembered.
   */
  isFirstUse(kind: string, id: string, keptMs: number): Promise<boolean | undefined>
  close(): Promise<void>
}

/** Told to all other copies, and to those that come later; some more than once. */
export interface Notices {
  /** Not waited for; tried again until the store takes it. */
  tell(text: string): void
  heard(listener: (text: string) => void): void
}

/** One system's part. None of it rejects or waits long. */
export interface SharedState {
  /** By which all copies name kept answers alike. */
  readonly nameSecret: Uint8Array
  /** The kept answer's text, if it was asked after the last write of that system; undefined where there is none, or none in time. */
  read(name: string): Promise<Kept | undefined>
  /** Not waited for. */
  keep(name: string, kept: Kept, forMs: number): void
  /** Something was written: what was asked before `at` is not given any more. Not waited for. */
  wrote(at: number, forMs: number): void
  /** Milliseconds until a turn that is then taken; `refused` if that is more than `mostMs`; undefined: nobody knows. */
  turn(rate: SharedRate): Promise<number | 'refused' | undefined>
  /** Tells the other copies. Not waited for. */
  tell(news: News): void
  /** Told by another copy. */
  heard(listener: (news: News) => void): void
}

export interface Kept {
  readonly text: string
  /** Epoch milliseconds at which the call began. */
  readonly askedAt: number
}

export interface SharedRate {
  readonly calls: number
  readonly perMs: number
  readonly mostMs: number
}

export type News =
  /** The breaker opened, until then (epoch milliseconds). */
  | { readonly kind: 'opened'; readonly until: number }
  /** Something was written at that time: kept answers of before are of no use. */
  | { readonly kind: 'wrote'; readonly at: number }
