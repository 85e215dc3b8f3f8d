import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'

import { parseSearch } from '../documents/search'
import { NotFound } from './NotFound'
import { Shell } from './Shell'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })
const at = () => root

const routes = [
  createRoute({
    getParentRoute: at,
    path: '/',
    beforeLoad: () => {
      // TanStack Router takes redirects as thrown values.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw redirect({ to: '/documents', search: {} })
    },
  }),
  createRoute({
    getParentRoute: at,
    path: '/documents',
    validateSearch: parseSearch,
    component: lazyRouteComponent(() => import('../documents/ListPage'), 'DocumentsPage'),
  }),
  createRoute({
    getParentRoute: at,
    path: '/documents/$id',
    component: lazyRouteComponent(() => import('../documents/DetailPage'), 'DetailPage'),
  }),
  createRoute({
    getParentRoute: at,
    path: '/deleted',
    validateSearch: parseSearch,
    component: lazyRouteComponent(() => import('../documents/ListPage'), 'DeletedPage'),
  }),
  createRoute({
    getParentRoute: at,
    path: '/usage',
    component: lazyRouteComponent(() => import('../documents/UsagePage'), 'UsagePage'),
  }),
  createRoute({
    getParentRoute: at,
    path: '/operations',
    component: lazyRouteComponent(() => import('../operations/LettersPage'), 'LettersPage'),
  }),
] as const

export const router = createRouter({ routeTree: root.addChildren(routes) })

declare module '@tanstack/react-router' {
  // An interface is what can be merged.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface Register {
    router: typeof router
  }
}
