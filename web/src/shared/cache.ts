/** What the last list held, so that it is there at once; kept for the tab and the user, and gone after signing out. */
export function keep(owner: string, key: string, value: unknown): void {
  try {
    sessionStorage.setItem(`list:${owner}:${key}`, JSON.stringify(value))
  } catch {
    // A full storage only costs the head start.
  }
}

export function recall(owner: string, key: string): unknown {
  const text = sessionStorage.getItem(`list:${owner}:${key}`)
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}
