// The command line of `npm run gateways`.

import { parseArgs } from 'node:util'

export interface Options {
  readonly rounds: number
  readonly windowMs: number
  readonly warmMs: number
  /** No window begins after it. */
  readonly budgetMs: number
  /** Names of variants; empty: all. */
  readonly variants: readonly string[]
  /** Parts of names of gateways; empty: all. */
  readonly only: readonly string[]
  /** `name | url | command`. */
  readonly gateways: readonly string[]
  /** The checkout whose gateway is measured; undefined: this one. */
  readonly checkout: string | undefined
  /** 0 takes a free one. */
  readonly subgraphPort: number
  /** Folder for supergraphs and logs; a new one if undefined. */
  readonly files: string | undefined
  readonly json: string | undefined
  /** Composes the supergraphs into `files` and ends. */
  readonly compose: boolean
}

export const USAGE = `npm run gateways -- [flags]

  --quick            1 round of short windows: shows that all runs, proves nothing
  --rounds N         interleaved rounds (3)
  --window SECONDS   of each gateway in each round (6)
  --budget SECONDS   no further window begins after it (3600)
  --variants A,B     main, distinct, cold, errors, list-100, list-1000, list-10000, nested, slow, workers, agencies
  --only A;B         gateways whose name contains one of these, or is one (=NAME); a floor brings the gateway whose
                     calls it makes
  --gateway 'NAME | URL | COMMAND'
                     one more gateway; {supergraph} and {port} are filled in, COMMAND stays in the foreground. Can be repeated
  --checkout DIR     measures Panjareh's gateway of another checkout
  --subgraph-port N  fixed port of the subgraphs, for gateways whose configuration is made before
  --files DIR        where supergraphs, subgraph schemas and logs go
  --compose          only writes those files
  --json FILE        every window's figures
`

export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      window: { type: 'string' },
      budget: { type: 'string', default: '3600' },
      variants: { type: 'string', default: '' },
      only: { type: 'string', default: '' },
      gateway: { type: 'string', multiple: true, default: [] },
      checkout: { type: 'string' },
      'subgraph-port': { type: 'string', default: '0' },
      files: { type: 'string' },
      compose: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  })
  const { quick } = values
  return {
    rounds: Number(values.rounds ?? (quick ? 1 : 3)),
    windowMs: Number(values.window ?? (quick ? 2 : 6)) * 1000,
    warmMs: quick ? 1500 : 4000,
    budgetMs: Number(values.budget) * 1000,
    variants: listOf(values.variants, ','),
    only: listOf(values.only, ';'),
    gateways: values.gateway,
    checkout: values.checkout,
    subgraphPort: Number(values['subgraph-port']),
    files: values.files,
    json: values.json,
    compose: values.compose,
  }
}

function listOf(text: string, by: string): readonly string[] {
  return text.split(by).filter((part) => part !== '')
}
