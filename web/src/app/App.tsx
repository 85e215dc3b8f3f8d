import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import type { User, UserManager } from 'oidc-client-ts'
import { useState } from 'react'

import { makeApi } from '../api/client'
import { ApiError } from '../api/problem'
import { session } from '../auth/session'
import { ServicesContext, type Services } from '../shared/context'
import type { Config } from './config'
import { router } from './router'

function retry(failures: number, error: Error): boolean {
  return failures < 3 && !(error instanceof ApiError && error.status < 500)
}

function compose(config: Config, manager: UserManager, user: User): Services & { queries: QueryClient } {
  const queries = new QueryClient({
    defaultOptions: { queries: { staleTime: 1_000, gcTime: 300_000, retry } },
  })
  const own = session(manager, config, user, () => {
    queries.clear()
    api.clear()
  })
  const api = makeApi(config.apiUrl, own)
  return { api, session: own, queries }
}

export default function App({ config, manager, user }: { config: Config; manager: UserManager; user: User }) {
  const [{ queries, ...services }] = useState(() => compose(config, manager, user))
  return (
    <ServicesContext value={services}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ServicesContext>
  )
}
