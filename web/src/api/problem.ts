import type { components } from './schema'

/** An error that the API explained; decide by `code`, show `message`. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number

  constructor(problem: Partial<components['schemas']['Problem']>, status: number) {
    super(problem.detail ?? problem.title ?? `the API answered ${status}`)
    this.code = problem.code ?? 'unknown'
    this.status = status
  }
}

/** Return what the API answered. Throws ApiError. */
export function unwrap<T>(answer: {
  data?: T
  error?: Partial<components['schemas']['Problem']>
  response: Response
}): T {
  if (!answer.response.ok) throw new ApiError(answer.error ?? {}, answer.response.status)
  return answer.data as T
}
