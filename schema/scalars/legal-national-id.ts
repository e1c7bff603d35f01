// Iranian national id of legal persons (شناسه ملی): eleven digits, the last one a check digit; leading zeros count.

const WEIGHTS: readonly number[] = [29, 27, 23, 19, 17, 29, 27, 23, 19, 17]

/** True for eleven ASCII digits, not all alike, whose weighted sum fits the check digit. */
export function isLegalNationalId(text: string): boolean {
  if (!/^[0-9]{11}$/.test(text) || /^(.)\1{10}$/.test(text)) return false
  // The tenth digit, plus two, is added to each of the ten before it is weighed.
  const shift = Number(text[9]) + 2
  let sum = 0
  for (const [place, weight] of WEIGHTS.entries()) sum += (Number(text[place]) + shift) * weight
  const rest = sum % 11
  return Number(text[10]) === (rest === 10 ? 0 : rest)
}
