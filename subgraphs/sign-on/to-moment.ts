/** Milliseconds since 1970 → ISO 8601 in UTC. */
export function toMoment(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
