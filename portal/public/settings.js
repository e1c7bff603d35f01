/**
 * Where the page finds the gateway and the sign-on. The gateway answers this file from its own configuration; the one
 * beside the page holds the addresses of the demo.
 *
 * @typedef {{ issuer: string, clientId: string, graphql: string }} Settings
 */

/** @returns {Promise<Settings>} */
export async function readSettings() {
  const answer = await fetch('/settings.json', { credentials: 'omit' })
  if (!answer.ok) throw new Error(`settings: status ${answer.status}`)
  return answer.json()
}
