// GraphQL Mesh's transport: a query over the schema that its loader makes of the contract, executed in this process.
// JavaScript, for it is installed with bench/ only and the types of the whole are checked without it.

import { createExecutorFromSchemaAST, SOAPLoader } from '@omnigraph/soap'
import { parse } from 'graphql'

const QUERY = `query ($find: tns_find_Input) {
  tns_RegisterService_RegisterPort_find(find: $find) {
    person { nationalId firstName lastName birthDate recordedAt children serial balance alive note }
  }
}`

/** The function that asks once. */
export async function openOmnigraph(contract) {
  const loader = new SOAPLoader({ fetch })
  await loader.loadWSDL(contract)
  const execute = createExecutorFromSchemaAST(loader.buildSchema(), fetch)
  const document = parse(QUERY)
  return async (find) => {
    const result = await execute({ document, variables: { find } })
    if (!('data' in result) || result.errors !== undefined) throw new TypeError('no data')
    return result.data
  }
}
