// Supergraphs of a few lines for tests of planners; nothing runs behind them.

import { compose } from '../../../schema/compose/compose.ts'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible",
  "@interfaceObject", "@context", "@fromContext"])\n`

/** Subgraph name → its SDL without `@link`. */
export function supergraphOf(sdls: Readonly<Record<string, string>>): string {
  const subgraphs = Object.entries(sdls).map(([name, sdl]) => ({ name, sdl: LINK + sdl }))
  const { supergraph, findings } = compose(subgraphs)
  if (supergraph === undefined) throw new Error(JSON.stringify(findings, undefined, 1))
  return supergraph
}
