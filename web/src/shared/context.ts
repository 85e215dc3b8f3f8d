import { createContext, use } from 'react'

import type { Api } from '../api/client'
import type { Session } from '../auth/session'

export type Services = { api: Api; session: Session }

export const ServicesContext = createContext<Services | undefined>(undefined)

export function useServices(): Services {
  const services = use(ServicesContext)
  if (!services) throw new Error('used outside of a session')
  return services
}
