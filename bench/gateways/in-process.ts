// What an operation costs between its text and its answer as an object, without sockets: the pipeline in this process, with
// subgraphs whose answers are there at once. `node gateways/in-process.ts [VARIANT [SECONDS]]`; with --cpu-prof for a profile.

import { readConfig } from '../../gateway/config.ts'
import { buildEngine } from '../../gateway/engine.ts'
import type { LinkRequest, SubgraphLink } from '../../gateway/subgraph-link/link.ts'
import { toRequestBody } from '../../gateway/subgraph-link/request-body.ts'
import { ANONYMOUS } from '../../schema/caller.ts'
import type { Answer, RequestContext } from '../../schema/context.ts'
import { invariant } from '../../schema/errors.ts'
import { tableOf } from '../figures.ts'
import { type AnswerDocument, buildAnswers } from './static-answers.ts'
import { VARIANTS } from './variants.ts'
import { supergraphOf } from './world.ts'

const BATCH = 50
const [name = 'main', seconds = '4'] = process.argv.slice(2)
const variant = VARIANTS.find((each) => each.name === name)
invariant(variant, `there is a variant ${name}`)

/** Body of a call → its answer, as text and parsed once: nobody changes an answer. */
const known = new Map<string, { readonly text: string; readonly answer: Promise<Answer> }>()

function linkTo(subgraph: string, answer: AnswerDocument): SubgraphLink {
  return {
    name: subgraph,
    send(request: LinkRequest) {
      const body = toRequestBody(request)
      const key = `${subgraph} ${body}`
      let found = known.get(key)
      if (found === undefined) {
        const { query, variables } = JSON.parse(body)
        const text = JSON.stringify(answer(query, variables))
        found = { text, answer: Promise.resolve(JSON.parse(text)) }
        known.set(key, found)
      }
      return found.answer
    },
  }
}

const { world, sample } = variant
const engine = buildEngine({
  supergraph: supergraphOf(world, 'http://127.0.0.1'),
  subgraphs: [],
  links: world.subgraphs.map((each) => linkTo(each.name, buildAnswers(each.types))),
  limits: readConfig().limits,
  mayIntrospect: () => false,
})
const request = JSON.parse(sample.body)

async function ask(): Promise<Answer> {
  const context: RequestContext = {
    requestId: 'bench',
    traceparent: '',
    caller: ANONYMOUS,
    signal: AbortSignal.any([]),
    provenance: false,
    ask: engine.ask,
  }
  const { answer, refusal } = await engine.run(request, context, false)
  invariant(answer, `the operation is accepted: ${JSON.stringify(refusal)}`)
  return answer
}

const answer = await ask()
invariant(JSON.stringify(answer.data) === JSON.stringify(sample.answer.data), 'the answer is right')
const texts = [...known.values()].map(({ text }) => text)
const inputs = texts.reduce((sum, text) => sum + text.length, 0)

const figures: readonly (readonly [string, readonly number[]])[] = [
  ['text to answer', await timeOf(ask)],
  [`JSON.parse of ${texts.length} answers, ${inputs} bytes`, await timeOf(() => texts.map(parsed))],
  ['JSON.stringify of the answer', await timeOf(() => JSON.stringify(answer))],
]
const rows = figures.map(([title, times]) => [
  title,
  ...[times[0], times[Math.floor(times.length / 2)]].map((ms = 0) => (ms * 1000).toFixed(1)),
])
process.stdout.write(`${tableOf([['', 'least µs', 'median µs'], ...rows])}\n`)
await engine.close()

function parsed(text: string): unknown {
  return JSON.parse(text)
}

/** Milliseconds of each batch's runs. */
async function timeOf(work: () => unknown): Promise<readonly number[]> {
  const until = performance.now() + Number(seconds) * 1000
  const times: number[] = []
  while (performance.now() < until) {
    const from = performance.now()
    for (let n = 0; n < BATCH; n += 1) await work()
    times.push((performance.now() - from) / BATCH)
  }
  return times.toSorted((a, b) => a - b)
}
