/**
 * @typedef {{ message: string, path?: (string | number)[], extensions?: Record<string, unknown> }} AnswerError
 * @typedef {{ data?: any, errors?: AnswerError[], extensions?: Record<string, any> }} Answer
 * @typedef {{ query: string, variables?: unknown }} Question
 */

/**
 * One question over HTTP (GraphQL over HTTP §5).
 *
 * @param {string} url
 * @param {Question} question
 * @param {string | undefined} token
 * @returns {Promise<{ answer: Answer, status: number, milliseconds: number }>}
 */
export async function ask(url, question, token) {
  const started = performance.now()
  const response = await fetch(url, {
    method: 'POST',
    credentials: 'omit',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(question),
  })
  const answer = await response.json().catch(() => ({
    errors: [{ message: `پاسخ JSON نیست · the answer is not JSON (status ${response.status})` }],
  }))
  return { answer, status: response.status, milliseconds: performance.now() - started }
}
