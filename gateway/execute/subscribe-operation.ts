// A subscription: each event of its source is the data of a root call, which the rest of the plan completes. One answer
// per event, in the order of the events.

import type { GraphQLSchema } from 'graphql'

import type { Answer } from '../../schema/context.ts'
import { CallerError, toPublicError } from '../../schema/errors.ts'
import type { SourceStep } from './compile-plan.ts'
import { Executing, type Execution, toUnplanned } from './execution.ts'
import { Programs } from './program.ts'
import { noReports, type Sources } from './run.ts'

export type SubscribeOperation = (execution: Execution) => Promise<AsyncIterable<Answer>>

/** The events end with their source or with the request, whichever is first. */
export function buildSubscribeOperation(
  schema: GraphQLSchema,
  sources: Sources,
): SubscribeOperation {
  const programs = new Programs(schema, sources.meets)
  return async (execution) => {
    const program = programs.of(execution)
    const begin = () => new Executing(schema, program, execution, sources)
    if (program.unplanned.length > 0) {
      return once(toUnplanned(program, execution.context.requestId))
    }
    const { source } = program.plan
    return source === undefined ? once(begin().answer(noReports()).answer) : answers(source, begin)
  }
}

async function* answers(
  source: SourceStep,
  begin: () => Executing,
): AsyncGenerator<Answer, void, void> {
  for await (const event of eventsOf(source, begin())) {
    const executing = begin()
    const reports = noReports()
    source.take(executing.run, event, reports)
    await executing.program.plan.run(executing.run, reports)
    yield executing.answer(reports).answer
  }
}

function eventsOf({ fetch }: SourceStep, { run }: Executing): AsyncIterable<Answer> {
  const { sent, asked } = run
  const events = sent.link(fetch).subscribe?.(sent.request(fetch, []))
  if (events !== undefined) return events
  const refusal = new CallerError('OPERATION_INVALID', 'This is not offered as a subscription.')
  return once({ data: null, errors: [toPublicError(refusal, asked.context.requestId)] })
}

async function* once(answer: Answer): AsyncGenerator<Answer, void, void> {
  yield answer
}
