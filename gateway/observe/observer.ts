// All that watches a gateway, in one place: stages and links are wrapped from outside, and each finished request becomes one
// log line, a few counts and, if traces are wanted, the end of its span.

import type { Answer, RequestContext } from '../../schema/context.ts'
import { framesOf, type Log } from '../../schema/log.ts'
import { clientOf } from './client-of.ts'
import type { Metrics } from './metrics.ts'
import { type Observed, type Seen, toLine } from './request-line.ts'
import { type Kept, StageTimes, type Timed } from './stage-times.ts'
import type { Tracing } from './tracing.ts'

interface Watched {
  context: RequestContext
  readonly operation?: object | undefined
  readonly plan?: object | undefined
  seen?: Kept
}

export interface Finished<Work> extends Observed {
  readonly work?: (Work & NonNullable<Observed['work']>) | undefined
  /** A bug of ours, to be logged whole. */
  readonly error?: unknown
}

export interface ObserverOptions<Work> {
  readonly log: Log
  readonly metrics: Metrics
  readonly tracing?: Tracing | undefined
  /** Told of each operation that was answered, with the name of the client. */
  readonly saw?: ((work: Work, client: string | undefined) => void) | undefined
  /** Writes the row of a request that is about a person. */
  readonly audit?: ((finished: Finished<Work>) => void) | undefined
}

interface Link<Request extends { readonly context: RequestContext }> {
  readonly name: string
  send(request: Request): Promise<Answer>
}

const NOTHING: Seen = { stages: {}, caches: {} }

export class Observer<Work extends Watched> {
  readonly #options: ObserverOptions<Work>
  readonly #times = new StageTimes<Work>()

  constructor(options: ObserverOptions<Work>) {
    this.#options = options
  }

  stage(stage: Timed<Work>): Timed<Work> {
    const { tracing } = this.#options
    return this.#times.wrap(tracing === undefined ? stage : tracing.stage(stage))
  }

  link<Request extends { readonly context: RequestContext }, Wrapping extends Link<Request>>(
    link: Wrapping & Link<Request>,
  ): Wrapping {
    const { metrics, tracing } = this.#options
    return metrics.link<Request, Wrapping>(
      tracing === undefined ? link : tracing.link<Request, Wrapping>(link),
    )
  }

  readonly report = (finished: Finished<Work>): void => {
    const { log, metrics, tracing, saw, audit } = this.#options
    const { work, error } = finished
    const seen = work === undefined ? NOTHING : this.#times.of(work)
    const client = clientOf(finished)
    tracing?.finish(finished)
    metrics.finish(finished, seen)
    if (work !== undefined) saw?.(work, client.name)
    audit?.(finished)
    const line = toLine(finished, seen, client)
    if (error === undefined) return log.info(line, 'request')
    const bug = error instanceof Error ? error.name : typeof error
    return log.error({ ...line, bug, stack: framesOf(error) }, 'request failed by a bug')
  }
}
