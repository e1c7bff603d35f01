// A plan and a checked operation in, the answer out: read this first. The plan is compiled once (program.ts). Then, per
// request, its calls are made (compile-plan.ts), their answers are laid over each other (overlay.ts) and read off in the
// client's form (project.ts). What is deferred follows the answer (deliver-later.ts).

import type { GraphQLSchema } from 'graphql'

import type { Answer, LaterPart } from '../../schema/context.ts'
import { deliverLater } from './deliver-later.ts'
import { Executing, type Execution, toUnplanned } from './execution.ts'
import { Programs } from './program.ts'
import { noReports, type Sources } from './run.ts'

interface Executed {
  readonly answer: Answer
  /** The deferred parts; undefined if there are none. */
  readonly later?: AsyncIterable<LaterPart> | undefined
}

export type ExecuteOperation = (execution: Execution) => Promise<Executed>

export function buildExecuteOperation(schema: GraphQLSchema, sources: Sources): ExecuteOperation {
  const programs = new Programs(schema, sources.meets)
  return async (execution) => {
    const program = programs.of(execution)
    if (program.unplanned.length > 0) {
      return { answer: toUnplanned(program, execution.context.requestId) }
    }
    const executing = new Executing(schema, program, execution, sources)
    const reports = noReports()
    await program.plan.run(executing.run, reports)
    const { answer, postponed } = executing.answer(reports)
    if (postponed.length === 0) return { answer }
    return { answer, later: deliverLater(executing, answer.data, postponed) }
  }
}
