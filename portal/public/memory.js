/**
 * What the last answers said that the next question needs: the id of the application just started, the code of the
 * one just accepted. Kept while the page is open.
 */
export class Memory {
  /** @type {Record<string, string>} */
  #known = {}

  /** @param {any} data */
  keep(data) {
    const id = data?.startApplication?.application?.id
    const code = data?.submitApplication?.receipt?.trackingCodePersian
    if (typeof id === 'string') this.#known['id'] = id
    if (typeof code === 'string') this.#known['code'] = code
  }

  /**
   * Fills the empty variables of an example.
   *
   * @param {string} variables JSON, as the example has it
   */
  fill(variables) {
    return variables.replaceAll(/"(id|code)": ""/g, (empty, /** @type {string} */ name) => {
      const known = this.#known[name]
      return known === undefined ? empty : `"${name}": ${JSON.stringify(known)}`
    })
  }
}
