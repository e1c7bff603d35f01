/**
 * @typedef {{ message: string, path?: (string | number)[], extensions?: Record<string, unknown> }} AnswerError
 * @typedef {{ data?: any, errors?: AnswerError[], extensions?: Record<string, any> }} Answer
 * @typedef {{ query: string, variables?: unknown }} Question
 */

/**
 * One question over HTTP (GraphQL over HTTP §5) to the portal's own server, which knows the way to the gateway.
 *
 * @param {Question} question
 * @param {Record<string, string>} headers
 * @returns {Promise<{ answer: Answer, status: number, milliseconds: number }>}
 */
export async function ask(question, headers) {
  const started = performance.now()
  const response = await fetch('graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...headers,
    },
    body: JSON.stringify(question),
  })
  const answer = await response.json().catch(() => ({
    errors: [{ message: `پاسخ JSON نیست · the answer is not JSON (status ${response.status})` }],
  }))
  return { answer, status: response.status, milliseconds: performance.now() - started }
}
