// All that is known of an execution before it runs: compiled once for a plan, a caller's rights and the Boolean variables
// that decide what is asked, and remembered with them.

import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql'

import { type FieldRefusal, invariant } from '../../schema/errors.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { NOTHING, type PlanNode } from '../plan/plan.ts'
import { type CompiledPlan, compilePlan } from './compile-plan.ts'
import { decidingVariables } from './conditions.ts'
import { type Denied, Shapes } from './shape.ts'
import type { MeetsCondition } from './types.ts'

export interface ProgramSource {
  readonly plan: PlanNode
  /** As the client sent it, so that denied fields are answered too. */
  readonly operation: OperationDefinitionNode
  readonly fragments: readonly FragmentDefinitionNode[]
  /** The same function for the same document and rights. */
  readonly denied: (nodes: readonly FieldNode[]) => FieldRefusal | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

export interface Program {
  readonly plan: CompiledPlan
  readonly shapes: Shapes
  /** Response keys of root fields that some subgraph would have to answer and the plan asks none. */
  readonly unplanned: readonly string[]
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

/** Programs that differ only by Boolean variables; a client chooses their values. */
const MOST_VARIANTS = 16

/** What is remembered with one caller's rights to one document, and a plan for it: overrides give it several. */
interface Known {
  readonly operation: OperationDefinitionNode
  readonly deciding: readonly string[]
  readonly variants: BoundedCache<string, Program>
}

export class Programs {
  readonly #schema: GraphQLSchema
  readonly #meets: MeetsCondition
  readonly #known = new WeakMap<Denied, WeakMap<PlanNode, Known>>()

  constructor(schema: GraphQLSchema, meets: MeetsCondition) {
    this.#schema = schema
    this.#meets = meets
  }

  of(source: ProgramSource): Program {
    const { variants, deciding } = this.#knownOf(source)
    const { variables } = source
    const variant = deciding.map((name) => (variables[name] === true ? '1' : '0')).join('')
    const known = variants.get(variant)
    if (known !== undefined) return known
    const program = this.#compile(source)
    variants.set(variant, program)
    return program
  }

  #knownOf({ denied, plan, operation, fragments }: ProgramSource): Known {
    const byPlan = this.#known.get(denied) ?? new WeakMap<PlanNode, Known>()
    this.#known.set(denied, byPlan)
    const known = byPlan.get(plan)
    if (known?.operation === operation) return known
    const deciding = decidingVariables([operation, ...fragments])
    const variants = new BoundedCache<string, Program>(MOST_VARIANTS)
    const fresh = { operation, deciding, variants }
    byPlan.set(plan, fresh)
    return fresh
  }

  #compile({ plan, operation, fragments, denied, variables }: ProgramSource): Program {
    const schema = this.#schema
    const type = schema.getRootType(operation.operation)
    invariant(type, 'the document was validated')
    const isTrue = (name: string) => variables[name] === true
    const compiled = compilePlan({ plan, isTrue, meets: this.#meets })
    const byName = new Map(fragments.map((node) => [node.name.value, node]))
    const shaping = { schema, denied, isTrue, fragments: byName }
    const sets = [operation.selectionSet]
    const shapes = new Shapes(shaping, { type, sets, position: compiled.root })
    const unplanned = plan === NOTHING ? fetchedFields(shapes) : []
    return { plan: compiled, shapes, unplanned, fragments: byName }
  }
}

function fetchedFields(shapes: Shapes): readonly string[] {
  const fields = shapes.only?.fields ?? []
  return fields.filter(({ source }) => source.kind === 'data').map(({ key }) => key)
}
