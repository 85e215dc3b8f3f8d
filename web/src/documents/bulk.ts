export type Failed<T> = { item: T; error: Error }

/** Do something with each item, a few at a time; return what failed. `progress` is called after each item. */
export async function bulk<T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
  progress: (done: number) => void,
  width = 4,
): Promise<Failed<T>[]> {
  const failed: Failed<T>[] = []
  const waiting = [...items]
  let done = 0
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await act(item)
      } catch (error) {
        failed.push({ item, error: error instanceof Error ? error : new Error(String(error)) })
      }
      done += 1
      progress(done)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work))
  return failed
}
