// How a system probably says "no" inside an answer, and how it probably cuts lists. In: shapes of an operation. Out:
// outcomes and paging for its settings. Both are proposals, and both come with a question.

import type { OperationContract, Shape } from '../../adapters/adapter.ts'
import type { OperationSettings } from '../../adapters/settings.ts'
import { isNameable } from './is-publishable.ts'

type Rules = NonNullable<OperationSettings['outcomes']>
type Paging = NonNullable<OperationSettings['paging']>

const FLAG = /^(?:is|was)?(?:success|succ|successful|succeeded|successfull|ok)$/
const CODE = /^(?:(?:res|result|resp|response|return|status|error|err)?(?:code|no|number))$/

/** A flag of success beside the record or one level above it, and the code beside the flag. */
export function guessOutcomes({ output }: OperationContract): Rules {
  const found = [...membersOf(output, '')].find(
    ({ name, shape }) =>
      shape.kind === 'scalar' && shape.type === 'boolean' && FLAG.test(plain(name)),
  )
  if (found === undefined) return []
  const beside = [...membersOf(output, '')].find(
    ({ name, around, shape }) =>
      around === found.around && shape.kind === 'scalar' && CODE.test(plain(name)),
  )
  const code = beside === undefined ? {} : { code: beside.path }
  return [{ path: found.path, is: [false], means: 'refused', ...code }]
}

const MESSAGE = /^(?:message|msg|errormessage|error|description|payam|status|timestamp)$/

/** Paths of what stands round the record and is none of it: success and its code, place and size of a page. */
export function envelopeOf(contract: OperationContract): ReadonlySet<string> {
  const [rule] = guessOutcomes(contract)
  const isPaged = guessPaging(contract) !== undefined
  const around = rule?.path.split('.').slice(0, -1).join('.')
  const aside = [...membersOf(contract.output, '')].filter(({ name, path, around: at, shape }) => {
    if (around !== undefined && around !== '' && path === around) return true
    if (shape.kind !== 'scalar') return false
    const word = plain(name)
    const isSaid =
      around === '' && at === '' && (path === rule?.path || CODE.test(word) || MESSAGE.test(word))
    return isSaid || (isPaged && [PAGE, OFFSET, SIZE, TOTAL, PAGES].some((row) => row.test(word)))
  })
  return new Set(aside.map(({ path }) => path))
}

const PAGES = /^(?:total|number|page)(?:of)?(?:pages|count)$/
const PAGE = /^(?:page|pageno|pagenumber|pagenum|pageindex|currentpage)$/
const OFFSET = /^(?:offset|skip|start|startindex)$/
const SIZE = /^(?:pagesize|perpage|pagelength|limit|take|size|rowsperpage|maxresults)$/
const TOTAL = /^(?:total|totalcount|totalitems|totalrecords|totalelements|recordcount|rowcount)$/
const MOST_PAGES = 20
const FULL_PAGE = 50

/** Only where an input asks for a place in one list of the answer. */
export function guessPaging({ input, output }: OperationContract): Paging | undefined {
  const inputs = [...membersOf(input, '')].filter(({ shape }) => shape.kind === 'scalar')
  const named = (pattern: RegExp) => inputs.find(({ name }) => pattern.test(plain(name)))?.path
  const page = named(PAGE)
  const offset = page === undefined ? named(OFFSET) : undefined
  const limit = named(SIZE)
  const answers = [...membersOf(output, '')]
  const [list, ...others] = answers.filter(
    ({ shape }) => shape.kind === 'list' && shape.of.kind === 'object',
  )
  if (list === undefined || others.length > 0 || limit === undefined) return undefined
  if (page === undefined && offset === undefined) return undefined
  const total = answers.find(
    ({ name, shape }) =>
      shape.kind === 'scalar' && /^(?:int|exact)$/.test(shape.type) && TOTAL.test(plain(name)),
  )
  return {
    items: list.path,
    most: MOST_PAGES,
    ...(page === undefined ? { offset: offset ?? '' } : { page }),
    limit,
    size: FULL_PAGE,
    ...(total === undefined ? {} : { total: total.path }),
  }
}

interface Member {
  readonly name: string
  readonly path: string
  /** Path of the record in which it stands. */
  readonly around: string
  readonly shape: Shape
}

/** Wrappers are rarely deeper. */
const DEEPEST = 3

function* membersOf(shape: Shape, around: string, depth = 1): Generator<Member> {
  if (shape.kind !== 'object') return
  for (const [name, below] of shape.fields) {
    if (!isNameable(name)) continue
    const path = around === '' ? name : `${around}.${name}`
    yield { name, path, around, shape: below }
    if (depth < DEEPEST) yield* membersOf(below, path, depth + 1)
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}
