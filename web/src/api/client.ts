import createClient from 'openapi-fetch'

import type { Session } from '../auth/session'
import { conditional } from './conditional'
import type { components, paths } from './schema'

export type Schemas = components['schemas']
export type Document = Schemas['Document']
export type Status = Document['status']

/** Return the API as the session's user. */
export function makeApi(apiUrl: string, session: Session) {
  const send = conditional((request) => fetch(request))
  const api = createClient<paths>({ baseUrl: apiUrl, fetch: send, cache: 'no-store' })
  api.use({
    async onRequest({ request }) {
      request.headers.set('Authorization', `Bearer ${await session.token()}`)
      return request
    },
    onResponse({ response }) {
      if (response.status === 401) session.end()
    },
  })
  return Object.assign(api, { clear: send.clear })
}

export type Api = ReturnType<typeof makeApi>
