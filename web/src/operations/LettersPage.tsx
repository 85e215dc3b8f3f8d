import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Table from '@cloudscape-design/components/table'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'

import type { Schemas } from '../api/client'
import { unwrap } from '../api/problem'
import { bulk } from '../documents/bulk'
import { useServices } from '../shared/context'
import { Failure } from '../shared/Failure'
import { when } from '../shared/format'
import { dismiss, notify } from '../shared/notices'
import { useText } from '../shared/text'

type Letter = Schemas['Letter']

function useReplay(refresh: () => void) {
  const { api } = useServices()
  const text = useText()
  return async (letters: readonly Letter[]) => {
    const total = letters.length
    const id = notify({ type: 'in-progress', content: text('working', { done: 0, total }) })
    const failed = await bulk(
      letters,
      async (letter) => {
        const params = { path: { letter_id: letter.id } }
        unwrap(await api.POST('/dead-letters/{letter_id}/replay', { params }))
      },
      (done) => notify({ id, type: 'in-progress', content: text('working', { done, total }) }),
    )
    dismiss(id)
    for (const { item, error } of failed) {
      notify({ type: 'error', header: item.document_id ?? item.id, content: error.message })
    }
    const count = total - failed.length
    if (count > 0) notify({ type: 'success', content: text('doneReplay', { count }) })
    refresh()
  }
}

function Letters() {
  const text = useText()
  const { api } = useServices()
  const [selected, setSelected] = useState<readonly Letter[]>([])
  const list = useInfiniteQuery({
    queryKey: ['letters'],
    initialPageParam: '',
    queryFn: async ({ pageParam, signal }) => {
      const query = pageParam === '' ? {} : { cursor: pageParam }
      return unwrap(await api.GET('/dead-letters', { params: { query }, signal }))
    },
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 15_000,
  })
  const replay = useReplay(() => {
    setSelected([])
    void list.refetch()
  })
  if (list.isError) return <Failure error={list.error} retry={() => void list.refetch()} />
  const items = list.data?.pages.flatMap((page) => page.letters) ?? []
  return (
    <Table<Letter>
      variant="full-page"
      trackBy="id"
      items={items}
      loading={list.isPending}
      loadingText={text('loading')}
      selectionType="multi"
      selectedItems={selected}
      isItemDisabled={(letter) => letter.status !== 'open'}
      onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
      ariaLabels={{
        tableLabel: text('letters'),
        selectionGroupLabel: text('letters'),
        allItemsSelectionLabel: () => text('selectAll'),
        itemSelectionLabel: (_, { id }) => text('select', { name: id }),
      }}
      empty={text('noLetters')}
      header={
        <Header
          variant="awsui-h1-sticky"
          actions={
            <Button disabled={selected.length === 0} onClick={() => void replay(selected)}>
              {text('replay')}
            </Button>
          }
        >
          {text('letters')}
        </Header>
      }
      footer={
        list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{text('nextPage')}</Button>
      }
      columnDefinitions={[
        {
          id: 'arrived',
          header: text('arrived'),
          cell: (letter) => when(letter.arrived_at, text.locale),
        },
        { id: 'status', header: text('status'), cell: (letter) => text(`letter_${letter.status}`) },
        { id: 'cause', header: text('cause'), cell: (letter) => letter.cause, isRowHeader: true },
        { id: 'document', header: text('document'), cell: (letter) => letter.document_id ?? '–' },
        { id: 'receives', header: text('receives'), cell: (letter) => letter.receive_count ?? '–' },
      ]}
    />
  )
}

/** What could not be delivered, for those who run the platform. */
export function LettersPage() {
  const text = useText()
  const { session } = useServices()
  return session.operator ? <Letters /> : <Alert type="warning">{text('notOperator')}</Alert>
}
