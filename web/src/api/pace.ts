const FASTEST_MS = 1_500
const SLOWEST_MS = 30_000
const IDLE_MS = 15_000

/** Return how long to wait before asking again: fast while something is under way, slower the longer nothing changes. */
export function interval(state: { busy: boolean; unchanged: number; failures: number }): number {
  const start = state.busy ? FASTEST_MS : IDLE_MS
  return Math.min(
    SLOWEST_MS,
    start * 2 ** Math.min(10, Math.max(state.failures, Math.floor(state.unchanged / 4))),
  )
}

type Seen<T> = { state: { data: T | undefined; dataUpdatedAt: number; fetchFailureCount: number } }

/** Return a refetchInterval of TanStack Query; an answer that did not change is the same object to it. */
export function pace<T>(busy: (data: T) => boolean): (query: Seen<T>) => number {
  let data: T | undefined
  let at = 0
  let unchanged = 0
  return ({ state }) => {
    if (state.dataUpdatedAt !== at) {
      unchanged = state.data === data ? unchanged + 1 : 0
      data = state.data
      at = state.dataUpdatedAt
    }
    const isBusy = state.data !== undefined && busy(state.data)
    return interval({ busy: isBusy, unchanged, failures: state.fetchFailureCount })
  }
}
