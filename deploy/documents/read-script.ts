// The GraphQL texts of one JavaScript or TypeScript file: gql`…`, graphql`…`, gql(`…`) and /* GraphQL */ `…`. A real
// parser finds them, because a backtick in a comment, a string or a regular expression is none.

import path from 'node:path'

import { parse, type ParserOptions } from '@babel/parser'
import type { Source } from 'graphql'

import { type Finding, toSource } from './source-text.ts'

export interface ScriptTexts {
  readonly sources: readonly Source[]
  readonly findings: readonly Finding[]
}

const PLUGINS: Readonly<Record<string, ParserOptions['plugins']>> = {
  '.js': ['jsx'],
  '.jsx': ['jsx'],
  '.mjs': ['jsx'],
  '.cjs': ['jsx'],
  '.ts': ['typescript'],
  '.mts': ['typescript'],
  '.cts': ['typescript'],
  '.tsx': ['typescript', 'jsx'],
}

export const SCRIPTS: readonly string[] = Object.keys(PLUGINS)

const TAGS: ReadonlySet<string> = new Set(['gql', 'graphql'])
const MARK = 'GraphQL'

export function readScript(text: string, file: string): ScriptTexts {
  const findings: Finding[] = []
  const sources: Source[] = []
  const plugins = PLUGINS[path.extname(file)] ?? []
  try {
    const tree = parse(text, { sourceType: 'unambiguous', errorRecovery: true, plugins })
    for (const template of templatesIn(tree.program)) {
      sources.push(toText(template, file, findings))
    }
  } catch (error) {
    const { line, column } = placeOf(error)
    findings.push({ file, line, column, message: 'cannot be parsed' })
  }
  return { sources, findings }
}

interface Node {
  readonly type: string
  readonly loc: { readonly start: Place }
}

interface Place {
  readonly line: number
  /** From 0. */
  readonly column: number
}

function* templatesIn(root: unknown): Generator<Node> {
  const open: unknown[] = [root]
  while (open.length > 0) {
    const node = open.pop()
    if (Array.isArray(node)) open.push(...node.toReversed())
    else if (isNode(node)) {
      const template = templateOf(node)
      if (template !== undefined) yield template
      open.push(
        ...Object.values(node)
          .filter((value) => typeof value === 'object')
          .toReversed(),
      )
    }
  }
}

/** The template that this node marks as GraphQL. */
function templateOf(node: Node): Node | undefined {
  if (node.type === 'TaggedTemplateExpression') {
    return isTag(Reflect.get(node, 'tag')) ? nodeAt(node, 'quasi') : undefined
  }
  if (node.type === 'TemplateLiteral') return isMarked(node) ? node : undefined
  if (node.type !== 'CallExpression' || !isTag(Reflect.get(node, 'callee'))) return undefined
  const args: unknown = Reflect.get(node, 'arguments')
  const first: unknown = Array.isArray(args) ? args[0] : undefined
  // With the mark before it the template speaks for itself.
  return isNode(first) && first.type === 'TemplateLiteral' && !isMarked(first) ? first : undefined
}

/** `gql`, or `apollo.gql`. */
function isTag(node: unknown): boolean {
  if (!isNode(node)) return false
  if (node.type === 'MemberExpression') return isTag(Reflect.get(node, 'property'))
  return node.type === 'Identifier' && TAGS.has(String(Reflect.get(node, 'name')))
}

function isMarked(node: Node): boolean {
  const comments: unknown = Reflect.get(node, 'leadingComments')
  const last: unknown = Array.isArray(comments) ? comments.at(-1) : undefined
  return isObject(last) && String(Reflect.get(last, 'value')).trim() === MARK
}

/**
 * What stands between definitions is a document of fragments, which are found by their names wherever they are: blanks in
 * its place. Inside a selection nobody can say what it will be.
 */
function toText(template: Node, file: string, findings: Finding[]): Source {
  const pieces = listAt(template, 'quasis')
  const expressions = listAt(template, 'expressions')
  let text = ''
  for (const [place, piece] of pieces.entries()) {
    text += cookedOf(piece)
    const expression = expressions[place]
    if (expression === undefined) continue
    if (isInside(text)) {
      const { line, column } = expression.loc.start
      const message = 'an expression inside a selection cannot be read: spread a fragment'
      findings.push({ file, line, column: column + 1, message })
    }
    text += ' '
  }
  const { line, column } = template.loc.start
  return toSource(text, file, line, column + 2)
}

function cookedOf(piece: Node): string {
  const value: unknown = Reflect.get(piece, 'value')
  const cooked: unknown = isObject(value) ? Reflect.get(value, 'cooked') : undefined
  return typeof cooked === 'string' ? cooked : ''
}

function isInside(text: string): boolean {
  const bare = text.replaceAll(/#[^\n]*|"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"/g, '')
  return bare.split(/[({[]/).length > bare.split(/[)}\]]/).length
}

function listAt(node: Node, name: string): readonly Node[] {
  const list: unknown = Reflect.get(node, name)
  return Array.isArray(list) ? list.filter(isNode) : []
}

function nodeAt(node: Node, name: string): Node | undefined {
  const value: unknown = Reflect.get(node, name)
  return isNode(value) ? value : undefined
}

function isNode(value: unknown): value is Node {
  return isObject(value) && typeof Reflect.get(value, 'type') === 'string'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function placeOf(error: unknown): { readonly line: number; readonly column: number } {
  const loc: unknown = isObject(error) ? Reflect.get(error, 'loc') : undefined
  if (!isObject(loc)) throw error
  return { line: Number(Reflect.get(loc, 'line')), column: Number(Reflect.get(loc, 'column')) + 1 }
}
