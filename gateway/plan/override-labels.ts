// The labels of progressive overrides, in both their forms (Apollo Federation, "Progressive @override").

const PERCENT = /^percent\((?<share>[0-9.]+)\)$/

/** Undefined: the label is not a share of all requests but a name. */
export function percentageOf(label: string): number | undefined {
  const share = PERCENT.exec(label)?.groups?.['share']
  return share === undefined ? undefined : Number(share)
}
