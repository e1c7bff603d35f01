// A call as the text that is posted (GraphQL over HTTP §5.3). What is the same for each call of a plan is written once.

import type { LinkOperation, LinkRequest } from './link.ts'

const beginnings = new WeakMap<LinkOperation, string>()

export function toRequestBody({ operation, variables, representations }: LinkRequest): string {
  let text = beginningOf(operation)
  let separator = ''
  const own = JSON.stringify(variables)
  if (own !== '{}') {
    text += own.slice(1, -1)
    separator = ','
  }
  for (const { variable, texts } of representations) {
    text += `${separator}${JSON.stringify(variable)}:[${texts.join(',')}]`
    separator = ','
  }
  return `${text}}}`
}

function beginningOf(operation: LinkOperation): string {
  const known = beginnings.get(operation)
  if (known !== undefined) return known
  const { text: query, operationName } = operation
  const made = `${JSON.stringify({ query, operationName }).slice(0, -1)},"variables":{`
  beginnings.set(operation, made)
  return made
}
