// Iranian national id: ten digits, the last one a check digit; leading zeros count.

/** True for ten ASCII digits, not all alike, whose weighted sum fits the check digit. */
export function isNationalId(text: string): boolean {
  if (!/^[0-9]{10}$/.test(text) || /^(.)\1{9}$/.test(text)) return false
  let sum = 0
  for (let place = 0; place < 9; place++) sum += Number(text[place]) * (10 - place)
  const rest = sum % 11
  return Number(text[9]) === (rest < 2 ? rest : 11 - rest)
}
