// One operation of a contract, compiled: what it takes and gives, its encoder and its decoder's plan.

import type { OperationContract, Shape, Tree, Value } from '../adapter.ts'
import { isTree } from '../tree.ts'
import type { Expected } from './body.ts'
import { type Message, toFaultDetails, toMessage } from './contract/messages.ts'
import type { SoapOperation } from './contract/port.ts'
import type { Schema } from './contract/xsd.ts'
import { toHttpHeaders } from './envelope.ts'
import { TEXT } from './layout.ts'
import { HEADER, type Pack, toWriter } from './message-writer.ts'
import type { ElementDeclaration } from './model.ts'
import { toKey } from './namespaces.ts'
import type { PlanCompiler, PlannedMember } from './plan.ts'
import type { ShapeCompiler } from './shape.ts'

export interface CompiledOperation {
  readonly contract: OperationContract
  readonly operation: SoapOperation
  /**
   * The envelope; `headers` are texts of header blocks that are not the contract's, `pack` gives bytes (base64) another
   * place than the element. Throws CallerError.
   */
  encode(input: Tree, headers: string, pack?: Pack): string
  /** HTTP headers of a request without attachments. */
  readonly headers: Readonly<Record<string, string>>
  readonly expected: Expected
  /** Keys of the elements that declared faults carry. */
  readonly faults: ReadonlySet<string>
  /** What the system would answer, for samples made from the contract alone. Throws CallerError. */
  writeAnswer(value: Tree): string
}

/** What the operations of one contract share. */
export interface Compilers {
  readonly schema: Schema
  readonly plans: PlanCompiler
  readonly shapes: ShapeCompiler
  /** For the command line: incomplete input is sent as it is, answers are read as far as they can be, faults are told in full. */
  readonly lenient?: boolean
}

/** Throws ContractError for parts that are not there; what lies deeper is looked through beforehand (completeness.ts). */
export function compileOperation(
  compilers: Compilers,
  operation: SoapOperation,
): CompiledOperation {
  const { schema, lenient = false } = compilers
  const input = toMessage(schema, operation, 'input') ?? EMPTY
  const output = toMessage(schema, operation, 'output') ?? EMPTY
  const { version } = operation
  const writer = once(() => toWriter(version, input, lenient))
  const answers = once(() => toWriter(version, output, false))
  const expected = once(() => toExpected(compilers, operation, output))
  return {
    contract: toContract(compilers, operation.name, input, output),
    operation,
    encode: (tree, headers, pack) => writer()(tree, headers, pack),
    headers: { ...toHttpHeaders(version, operation.action), accept: ACCEPT[version] },
    get expected() {
      return expected()
    },
    faults: new Set(operation.faults.flatMap((part) => part.element ?? [])),
    writeAnswer: (value) => answers()(value, ''),
  }
}

/** Made when it is first asked for: contracts have hundreds of operations, and a system uses a few. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** The answer's root as a tree: a root without children is under `$value`, header blocks of the contract are under `$header`. */
export function toAnswerTree(value: Value | undefined, headers: Tree): Tree {
  const tree = toRootTree(value)
  return Object.keys(headers).length === 0 ? tree : { ...tree, [HEADER]: headers }
}

function toRootTree(value: Value | undefined): Tree {
  if (value === undefined || value === null) return {}
  return isTree(value) ? value : { [TEXT]: value }
}

const ACCEPT = { '1.1': 'text/xml', '1.2': 'application/soap+xml' } as const
const EMPTY: Message = {
  style: 'document',
  use: 'literal',
  encodingStyle: '',
  body: undefined,
  bodies: [],
  headers: [],
  attachments: [],
}

function toExpected(
  { schema, plans, lenient = false }: Compilers,
  operation: SoapOperation,
  output: Message,
): Expected {
  const compiler = plans.for(output.use)
  const rpc = output.style === 'rpc'
  const byKey = (elements: readonly ElementDeclaration[]) =>
    new Map(elements.map((each) => [toKey(each.namespace, each.local), plans.element(each)]))
  return {
    style: output.style,
    encoded: output.use === 'encoded',
    bodies: output.bodies.map((each) => (rpc ? compiler.wrapper(each) : compiler.element(each))),
    headers: byKey(output.headers),
    faults: lenient ? byKey(toFaultDetails(schema, operation)) : new Map<string, PlannedMember>(),
    lenient,
  }
}

function toContract(
  { shapes }: Compilers,
  name: string,
  input: Message,
  output: Message,
): OperationContract {
  const inputShape = once(() => toShape(shapes, input))
  const outputShape = once(() => toShape(shapes, output))
  return {
    name,
    get input() {
      return inputShape()
    },
    get output() {
      return outputShape()
    },
  }
}

function toShape(shapes: ShapeCompiler, message: Message): Shape {
  const root = toRootShape(shapes, message.bodies)
  if (message.headers.length === 0) return root
  const blocks = message.headers.map((each) => [each.local, shapes.shape(each.type())] as const)
  const fields = new Map([...root.fields, [HEADER, { kind: 'object', fields: new Map(blocks) }]])
  return { ...root, fields }
}

function toRootShape(
  shapes: ShapeCompiler,
  bodies: readonly ElementDeclaration[],
): Extract<Shape, { kind: 'object' }> {
  const [only, another] = bodies
  if (only === undefined) return { kind: 'object', fields: new Map() }
  if (another === undefined) {
    const shape = shapes.shape(only.type())
    return shape.kind === 'object' ? shape : { kind: 'object', fields: new Map([[TEXT, shape]]) }
  }
  const fields = bodies.map((each) => [each.local, shapes.shape(each.type())] as const)
  return { kind: 'object', fields: new Map(fields) }
}
