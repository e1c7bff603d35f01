// One operation of a contract, compiled: what it takes and gives, its encoder and its decoder's plan.

import { CallerError } from '../../schema/errors.ts'
import type { OperationContract, Shape, Tree, Value } from '../adapter.ts'
import { isTree } from '../tree.ts'
import { type Message, toMessage } from './contract/messages.ts'
import type { SoapOperation } from './contract/port.ts'
import type { Schema } from './contract/xsd.ts'
import { EncoderCompiler, type Write } from './encode.ts'
import { toEnvelope } from './envelope.ts'
import { isBare, TEXT } from './layout.ts'
import type { ElementDeclaration, Type } from './model.ts'
import type { PlanCompiler, PlannedMember } from './plan.ts'
import type { ShapeCompiler } from './shape.ts'

/** Input member that holds the header blocks of the contract by local name. No XML name has `$`. */
const HEADER = '$header'

export interface CompiledOperation {
  readonly contract: OperationContract
  readonly operation: SoapOperation
  /** The envelope; `security` is the text of header blocks that are not the contract's. Throws CallerError. */
  encode(input: Tree, security: string): string
  /** Undefined when the answer has no body or there is no answer. */
  readonly answer: PlannedMember | undefined
  /** Keys of the elements that declared faults carry. */
  readonly faults: ReadonlySet<string>
}

/** What the operations of one contract share. */
export interface Compilers {
  readonly schema: Schema
  readonly plans: PlanCompiler
  readonly shapes: ShapeCompiler
}

/** Throws ContractError. */
export function compileOperation(
  compilers: Compilers,
  operation: SoapOperation,
): CompiledOperation {
  const { schema, plans } = compilers
  const input = toMessage(schema, operation, 'input') ?? EMPTY
  const output = toMessage(schema, operation, 'output') ?? EMPTY
  return {
    contract: toContract(compilers, operation.name, input, output),
    operation,
    encode: toEncoder(operation, input),
    answer: output.body === undefined ? undefined : plans.element(output.body),
    faults: new Set(operation.faults.flatMap((part) => part.element ?? [])),
  }
}

/** The answer's root as a tree: a root without children is under `$value`. */
export function toAnswerTree(value: Value | undefined): Tree {
  if (value === undefined || value === null) return {}
  return isTree(value) ? value : { [TEXT]: value }
}

const EMPTY: Message = {
  style: 'document',
  use: 'literal',
  encodingStyle: '',
  body: undefined,
  bodies: [],
  headers: [],
  attachments: [],
}

function toEncoder({ version }: SoapOperation, message: Message): CompiledOperation['encode'] {
  const compiler = new EncoderCompiler()
  const body = message.body === undefined ? undefined : toBody(compiler, message.body)
  const headers = new Map(message.headers.map((each) => [each.local, compiler.element(each)]))
  const envelope = toEnvelope(version, compiler.declarations())
  return (input, security) => {
    const { [HEADER]: header, ...rest } = input
    const given = header === undefined ? input : rest
    const blocks = header === undefined ? '' : writeHeaders(headers, header)
    return envelope(security + blocks, body === undefined ? writeNothing(given) : body(given, ''))
  }
}

function toBody(compiler: EncoderCompiler, element: ElementDeclaration): Write {
  const write = compiler.element(element)
  if (isRecord(element.type())) return write
  return (value, path) => write(value !== undefined && isTree(value) ? value[TEXT] : value, path)
}

function writeHeaders(headers: ReadonlyMap<string, Write>, given: Value): string {
  if (!isTree(given))
    throw new CallerError('INPUT_REJECTED', `"${HEADER}" must be an object.`, { fields: [HEADER] })
  let blocks = ''
  for (const [name, value] of Object.entries(given)) {
    const path = `${HEADER}.${name}`
    const write = headers.get(name)
    if (write === undefined) {
      throw new CallerError('INPUT_REJECTED', `"${path}" is not known.`, { fields: [path] })
    }
    blocks += write(value, path)
  }
  return blocks
}

function writeNothing(input: Tree | Value): string {
  const [name] = typeof input === 'object' && input !== null ? Object.keys(input) : []
  if (name === undefined) return ''
  throw new CallerError('INPUT_REJECTED', `"${name}" is not known.`, { fields: [name] })
}

function toContract(
  { shapes }: Compilers,
  name: string,
  input: Message,
  output: Message,
): OperationContract {
  const fields = new Map(toRootFields(shapes, input.body))
  if (input.headers.length > 0) {
    const blocks = input.headers.map((each) => [each.local, shapes.shape(each.type())] as const)
    fields.set(HEADER, { kind: 'object', fields: new Map(blocks) })
  }
  const answer: Shape = { kind: 'object', fields: toRootFields(shapes, output.body) }
  return { name, input: { kind: 'object', fields }, output: answer }
}

function toRootFields(
  shapes: ShapeCompiler,
  element: ElementDeclaration | undefined,
): ReadonlyMap<string, Shape> {
  if (element === undefined) return new Map()
  const shape = shapes.shape(element.type())
  return shape.kind === 'object' ? shape.fields : new Map([[TEXT, shape]])
}

function isRecord(type: Type): boolean {
  return type.kind === 'complex' && !isBare(type)
}
