// One operation of a contract, as it might be asked through the graph. In: its shapes. Out: what is asked, what is a
// credential, which record comes back, and what a person has to decide.

import type { OperationContract, Shape } from '../../adapters/adapter.ts'
import { envelopeOf, guessOutcomes, guessPaging } from './guess-answer.ts'
import { isNameable, isPublishable } from './is-publishable.ts'
import { take, toFieldName } from './names.ts'
import {
  type Credential,
  credentialOf,
  ENTITY_OF,
  type Recognised,
  recognise,
  soundsLikeReading,
} from './recognise.ts'

type ScalarShape = Extract<Shape, { kind: 'scalar' }>

/** One value that goes into a call. */
export interface Input {
  /** Name of the argument. */
  readonly name: string
  readonly path: string
  readonly shape: ScalarShape
  readonly required: boolean
  readonly recognised: Recognised | undefined
}

interface CredentialInput {
  readonly path: string
  readonly credential: Credential
}

export interface PlannedOperation {
  /** Our name. */
  readonly name: string
  readonly contract: OperationContract
  readonly kind: 'query' | 'mutation'
  /** The contract says whether it changes something; else the name was all there was. */
  readonly isSure: boolean
  readonly outcomes: ReturnType<typeof guessOutcomes>
  readonly paging: ReturnType<typeof guessPaging>
  readonly inputs: readonly Input[]
  readonly credentials: readonly CredentialInput[]
  /** Path of the record, `[]` at its end for a list; undefined when the answer holds nothing that could be published. */
  readonly select: string | undefined
  readonly record: Shape
  /** The contract has no answer but that it arrived. */
  readonly isSilent: boolean
  /** Type and key field of the one thing that is asked for, if it is a known one. */
  readonly entity: { readonly type: string; readonly key: Input } | undefined
  readonly notes: readonly string[]
}

/** Deeper records are rarely asked for by single values. */
const DEEPEST = 6
const MOST_INPUTS = 40

/** `method`: of HTTP, where the contract names one; RFC 9110 §9.2.1 says which are safe. */
export function planOperation(
  contract: OperationContract,
  taken: Set<string>,
  method?: string,
): PlannedOperation {
  const notes: string[] = []
  const leaves = [
    ...leavesOf(contract.input, { path: '', name: '', required: true, depth: 0 }, notes),
  ]
  const credentials = leaves.flatMap(({ path, name }) => {
    const credential = credentialOf(name)
    return credential === undefined ? [] : [{ path, credential }]
  })
  const paging = guessPaging(contract)
  const turned = new Set([paging?.page, paging?.offset, paging?.limit])
  const inputs = toInputs(
    leaves.filter(({ path, name }) => credentialOf(name) === undefined && !turned.has(path)),
    notes,
  )
  const { path, shape } = recordOf(contract.output, envelopeOf(contract))
  const isSilent = contract.output.kind === 'object' && contract.output.fields.size === 0
  const sure = sureKind(method)
  const kind = sure ?? (soundsLikeReading(contract.name) && !isSilent ? 'query' : 'mutation')
  return {
    name: take(taken, toFieldName(ownName(contract.name, kind))),
    contract,
    kind,
    isSure: sure !== undefined,
    outcomes: guessOutcomes(contract),
    paging: kind === 'query' ? paging : undefined,
    inputs,
    credentials,
    select: shape.kind === 'object' && isPublishable(shape) ? path : undefined,
    record: shape,
    isSilent,
    entity: kind === 'query' ? entityOf(inputs, path) : undefined,
    notes,
  }
}

/** RFC 9110 §9.2.1. A POST may be either. */
function sureKind(method: string | undefined): PlannedOperation['kind'] | undefined {
  if (method === 'GET') return 'query'
  return /^(?:PUT|PATCH|DELETE)$/.test(method ?? '') ? 'mutation' : undefined
}

interface Leaf {
  readonly path: string
  readonly name: string
  readonly shape: ScalarShape
  readonly required: boolean
}

interface Around {
  readonly path: string
  readonly name: string
  readonly required: boolean
  readonly depth: number
}

function* leavesOf(shape: Shape, around: Around, notes: string[]): Generator<Leaf> {
  const { path, name, required, depth } = around
  switch (shape.kind) {
    case 'scalar':
      yield { path, name, shape, required }
      return
    case 'any':
      if (required) notes.push(`"${path}" may hold anything: it cannot be asked`)
      return
    case 'list':
      notes.push(
        `"${path}" is a list: only its first item can be asked; for many keys at once write @call(batch: { max: 50, items: "${path}", key: … })`,
      )
      yield* leavesOf(shape.of, { ...around, path: `${path}[0]` }, notes)
      return
    case 'object':
      if (depth < DEEPEST) yield* leavesBelow(shape, around, notes)
  }
}

function* leavesBelow(
  { fields, required }: Extract<Shape, { kind: 'object' }>,
  around: Around,
  notes: string[],
): Generator<Leaf> {
  const { path, depth } = around
  for (const [name, shape] of fields) {
    if (!isNameable(name)) {
      notes.push(`"${name}" cannot be named in a path`)
      continue
    }
    const inside = {
      path: path === '' ? name : `${path}.${name}`,
      name,
      required: around.required && (required?.has(name) ?? false),
      depth: depth + 1,
    }
    yield* leavesOf(shape, inside, notes)
  }
}

function toInputs(leaves: readonly Leaf[], notes: string[]): readonly Input[] {
  const kept = leaves.length > MOST_INPUTS ? leaves.filter(({ required }) => required) : leaves
  if (kept.length < leaves.length) {
    notes.push(`${leaves.length - kept.length} inputs that may be left out are not published`)
  }
  const names = new Set<string>()
  return kept.slice(0, MOST_INPUTS).map(({ path, name, shape, required }) => ({
    name: take(names, toFieldName(name)),
    path,
    shape,
    required,
    recognised: recognise(name, shape.type),
  }))
}

/** Through wrappers that hold one thing, to the record or the list of records. */
function recordOf(
  output: Shape,
  aside: ReadonlySet<string>,
): { readonly path: string; readonly shape: Shape } {
  const steps: string[] = []
  let shape = output
  while (shape.kind === 'object') {
    const inside = [...shape.fields].filter(([name]) => !aside.has([...steps, name].join('.')))
    const [[name, below] = []] = inside
    if (inside.length !== 1 || name === undefined || below === undefined || !isNameable(name)) break
    if (below.kind === 'list' && below.of.kind === 'object') {
      return { path: `${[...steps, name].join('.')}[]`, shape: below.of }
    }
    if (below.kind !== 'object') break
    steps.push(name)
    shape = below
  }
  return { path: steps.length === 0 ? '.' : steps.join('.'), shape }
}

/** A field is named after what it gives: `GetLoans` → `Loans`. */
function ownName(name: string, kind: PlannedOperation['kind']): string {
  if (kind === 'mutation') return name
  return name.replace(/^(?:get|fetch|read|retrieve)_?(?=[A-Z])/i, '')
}

function entityOf(inputs: readonly Input[], select: string): PlannedOperation['entity'] {
  const needed = inputs.filter(({ required }) => required)
  const key = needed.length === 1 ? needed[0] : inputs.length === 1 ? inputs[0] : undefined
  const type = key?.recognised && ENTITY_OF[key.recognised.type]
  if (key === undefined || type === undefined || select === '') return undefined
  return { type, key }
}
