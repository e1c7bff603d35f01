// One execution from its beginning to an answer: what plain operations, later parts and events have in common.

import { type GraphQLSchema, isObjectType } from 'graphql'

import type { Answer } from '../../schema/context.ts'
import { ERRORS } from '../../schema/errors.ts'
import { ClientPaths } from './client-paths.ts'
import { introspect } from './introspect.ts'
import { Overlay } from './overlay.ts'
import type { Program, ProgramSource } from './program.ts'
import { type Postponed, type Projecting, Projection } from './project.ts'
import { type Asked, type Reports, Run, type Sources } from './run.ts'
import { toAnswer } from './to-answer.ts'

export type Execution = Asked & ProgramSource

export class Executing {
  readonly run: Run
  readonly program: Program
  readonly projecting: Projecting
  readonly #withProvenance: boolean

  constructor(schema: GraphQLSchema, program: Program, execution: Execution, sources: Sources) {
    const { operation, context, variables } = execution
    const isObject = (name: string) => isObjectType(schema.getType(name))
    const overlay = new Overlay(program.plan.root, isObject)
    this.program = program
    this.run = new Run(execution, overlay, sources)
    this.#withProvenance = context.provenance
    this.projecting = {
      overlay,
      reference: context.requestId,
      introspect: (nodes) =>
        introspect({ schema, operation, fragments: program.fragments, variables }, nodes),
    }
  }

  /** What the client gets of the data as they are now. */
  answer(reports: Reports): Answered {
    const { errors, provenance } = this.forClient(reports)
    const projection = new Projection(this.projecting, errors)
    const { overlay } = this.projecting
    const data = projection.run(this.program.shapes, overlay.root.base)
    const told = { data, errors: projection.errors, provenance: this.provenanceOf(provenance) }
    return { answer: toAnswer(told), postponed: projection.postponed }
  }

  /** With the paths of the answer as it is asked for. */
  forClient(reports: Reports): Reports {
    if (reports.errors.length === 0 && reports.provenance.length === 0) return reports
    return new ClientPaths(this.run.overlay, this.program.shapes).ofReports(reports)
  }

  /** Undefined if nobody asked for it. */
  provenanceOf(provenance: Reports['provenance']): Reports['provenance'] | undefined {
    return this.#withProvenance ? provenance : undefined
  }
}

export interface Answered {
  readonly answer: ReturnType<typeof toAnswer>
  /** In the order of the answer. Some may stand where a null was passed up since. */
  readonly postponed: readonly Postponed[]
}

/** A planner that found no way to what was asked: told at each field, and no data. */
export function toUnplanned({ unplanned }: Program, reference: string): Answer {
  const errors = unplanned.map((key) => ({
    message: ERRORS.INTERNAL.text,
    path: [key],
    extensions: { code: 'INTERNAL', reference },
  }))
  return { errors, data: null }
}
