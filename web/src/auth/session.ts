import { InMemoryWebStorage, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts'

import type { Config } from '../app/config'

const SCOPES = 'openid email documents/read documents/write operations/replay'
const SIGNED_OUT = 'signed-out'

export type Session = {
  email: string
  owner: string
  operator: boolean
  /** Return an access token that is good now. Throws when the session is over. */
  token: () => Promise<string>
  /** Say that the API refused the token. */
  end: () => void
  /** Call back when the session is over; returns how to stop that. */
  onEnd: (listener: () => void) => () => void
  signIn: () => Promise<void>
  signOut: () => Promise<void>
}

/** Tokens stay in memory; only state, nonce and verifier of a sign-in under way outlive a page. */
export function userManager(config: Config, origin: string): UserManager {
  const at = config.hostedUiUrl
  return new UserManager({
    authority: config.tokenIssuer,
    metadata: {
      issuer: config.tokenIssuer,
      authorization_endpoint: `${at}/oauth2/authorize`,
      token_endpoint: `${at}/oauth2/token`,
      revocation_endpoint: `${at}/oauth2/revoke`,
    },
    client_id: config.userPoolClientId,
    redirect_uri: `${origin}/`,
    response_type: 'code',
    scope: SCOPES,
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: true,
    loadUserInfo: false,
    monitorSession: false,
  })
}

/** Return where to go after a sign-in: a path of this page, whatever the state says. */
export function safePath(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : '/'
}

export function groups(user: Pick<User, 'profile'>): string[] {
  const value = user.profile['cognito:groups']
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

export function signIn(manager: UserManager): Promise<void> {
  const here = location.pathname + location.search
  return manager.signinRedirect({ state: here, nonce: crypto.randomUUID() })
}

/** Take part in a sign-in that comes back; 'signed-out' once after signing out, and no user where one must sign in. */
export async function resume(manager: UserManager): Promise<User | 'signed-out' | undefined> {
  const query = new URLSearchParams(location.search)
  if (query.has('state') && (query.has('code') || query.has('error'))) {
    const url = location.href
    // The code must not stay in the history, whether it is good or not.
    history.replaceState(null, '', '/')
    const user = await manager.signinCallback(url)
    if (user) history.replaceState(null, '', safePath(user.state))
    return user
  }
  await manager.clearStaleState()
  if (sessionStorage.getItem(SIGNED_OUT) === null) return undefined
  sessionStorage.removeItem(SIGNED_OUT)
  return 'signed-out'
}

export function session(manager: UserManager, config: Config, user: User, clear: () => void): Session {
  const listeners = new Set<() => void>()
  let ended = false
  const end = () => {
    if (ended) return
    ended = true
    listeners.forEach((listener) => listener())
  }
  let renewal: Promise<User | null> | undefined
  const renew = () => (renewal ??= manager.signinSilent().finally(() => (renewal = undefined)))
  return {
    email: user.profile.email ?? user.profile.sub,
    owner: user.profile.sub,
    operator: groups(user).includes('operators'),
    end,
    onEnd: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    signIn: () => signIn(manager),
    token: async () => {
      let now = await manager.getUser()
      if (!now || (now.expires_in ?? 0) < 30) now = await renew().catch(() => null)
      if (now) return now.access_token
      end()
      throw new Error('the session is over')
    },
    signOut: async () => {
      clear()
      await manager.revokeTokens(['refresh_token']).catch(() => undefined)
      await manager.removeUser()
      await forget()
      sessionStorage.setItem(SIGNED_OUT, '1')
      const query = new URLSearchParams({
        client_id: config.userPoolClientId,
        logout_uri: `${location.origin}/`,
      })
      location.assign(`${config.hostedUiUrl}/logout?${query.toString()}`)
    },
  }
}

/** Remove what this origin keeps in the browser. */
export async function forget(): Promise<void> {
  sessionStorage.clear()
  localStorage.clear()
  for (const { name } of await indexedDB.databases()) if (name !== undefined) indexedDB.deleteDatabase(name)
}
