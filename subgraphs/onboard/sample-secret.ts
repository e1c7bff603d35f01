// Secrets of samples: what stands in recorded requests in place of an account. Never a real one.

/** By the variable's name. */
export function sampleSecret(variable: string): string {
  if (variable.endsWith('_URL')) return 'http://sample.invalid/'
  return variable.endsWith('_USER') ? 'sample-user' : 'sample-password'
}
