/** What differs between environments; read when the page starts, so one build serves all. */
export type Config = {
  apiUrl: string
  hostedUiUrl: string
  region: string
  tokenIssuer: string
  userPoolClientId: string
}

const NAMES = ['apiUrl', 'hostedUiUrl', 'region', 'tokenIssuer', 'userPoolClientId'] as const

/** Return the configuration in a value. Throws, naming everything that is missing. */
export function parseConfig(value: unknown): Config {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const missing = NAMES.filter((name) => typeof given[name] !== 'string' || given[name] === '')
  if (missing.length > 0) throw new Error(`config.json: expected text for ${missing.join(', ')}`)
  return Object.fromEntries(NAMES.map((name) => [name, given[name]])) as Config
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch('/config.json', { cache: 'no-store' })
  if (!response.ok) throw new Error(`config.json: expected 200, got ${response.status}`)
  return parseConfig(await response.json())
}
