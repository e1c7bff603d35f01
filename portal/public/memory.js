/** @type {[name: string, path: [root: string, ...rest: (string | number)[]]][]} */
const PLACES = [
  ['id', ['startApplication', 'application', 'id']],
  ['code', ['submitApplication', 'receipt', 'trackingCodePersian']],
  ['mandate', ['requestCounterMandate', 'id']],
  ['mandate', ['takeGuardianMandate', 'id']],
  ['mandate', ['takeOfficerMandate', 'id']],
  ['mandate', ['myMandates', 0, 'id']],
]

/**
 * What the last answers said that the next question needs: the id of the application just started, the code of the
 * one just accepted, the mandate just asked for or taken, or the newest in one's name. Kept while the page is open.
 */
export class Memory {
  /** @type {Record<string, string>} */
  #known = {}

  /** @param {any} data */
  keep(data) {
    for (const [name, [root, ...path]] of PLACES) {
      const value = path.reduce((found, step) => found?.[step], data?.[root])
      if (typeof value === 'string') this.#known[name] = value
    }
  }

  /**
   * Fills the empty variables of an example.
   *
   * @param {string} variables JSON, as the example has it
   */
  fill(variables) {
    return variables.replaceAll(/"(id|code|mandate)": ""/g, (empty, /** @type {string} */ name) => {
      const known = this.#known[name]
      return known === undefined ? empty : `"${name}": ${JSON.stringify(known)}`
    })
  }
}
