import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'

import type { Document } from '../api/client'
import { Failure } from '../shared/Failure'
import { useText } from '../shared/text'
import { UploadButton } from '../upload/UploadButton'
import { ActionBar } from './ActionBar'
import type { Found } from './collect'
import { columns } from './columns'
import { Filters } from './Filters'
import { useDocuments } from './queries'
import { filtered, type Search } from './search'

function Empty({ deleted, search, found }: { deleted: boolean; search: Search; found: Found | undefined }) {
  const text = useText()
  const more = found?.next !== undefined
  const heading = filtered(search) ? 'noMatches' : deleted ? 'nothingDeleted' : 'noDocuments'
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="xs">
        <Box variant="strong">{more ? text('noMatchesSoFar', { count: found.looked }) : text(heading)}</Box>
        {heading === 'noDocuments' && <Box>{text('noDocumentsText')}</Box>}
      </SpaceBetween>
    </Box>
  )
}

function Pages({
  search,
  next,
  change,
}: {
  search: Search
  next: string | undefined
  change: (to: Search) => void
}) {
  const text = useText()
  const pages = search.pages ?? []
  const turn = (to: number) => {
    if (to > pages.length + 1 && next !== undefined) change({ ...search, pages: [...pages, next] })
    else change({ ...search, pages: pages.slice(0, to - 1) })
  }
  return (
    <Pagination
      currentPageIndex={pages.length + 1}
      pagesCount={pages.length + (next === undefined ? 1 : 2)}
      openEnd={next !== undefined}
      onChange={({ detail }) => turn(detail.currentPageIndex)}
      ariaLabels={{
        nextPageLabel: text('nextPage'),
        previousPageLabel: text('previousPage'),
        pageLabel: (page) => text('pageNumber', { page }),
      }}
    />
  )
}

function List({
  deleted,
  search,
  change,
}: {
  deleted: boolean
  search: Search
  change: (to: Search) => void
}) {
  const text = useText()
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const list = useDocuments(search, deleted)
  const documents = list.data?.documents ?? []
  const next = list.data?.next
  // What left the list is selected no longer, and the rest as it is now.
  const selected = documents.filter((document) => chosen.has(document.id))
  const open = (id: string) => void navigate({ to: '/documents/$id', params: { id } })
  const counter = selected.length > 0 ? `(${text('selected', { count: selected.length })})` : ''
  return (
    <SpaceBetween size="m">
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      <Table<Document>
        variant="full-page"
        stickyHeader
        trackBy="id"
        items={documents}
        columnDefinitions={columns(text, deleted, open)}
        loading={list.isPending && list.fetchStatus !== 'paused'}
        loadingText={text('loading')}
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setChosen(new Set(detail.selectedItems.map(({ id }) => id)))}
        ariaLabels={{
          tableLabel: text(deleted ? 'deleted' : 'documents'),
          selectionGroupLabel: text('select', { name: '' }),
          allItemsSelectionLabel: () => text('selectAll'),
          itemSelectionLabel: (_, { name }) => text('select', { name }),
        }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={counter}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <ActionBar documents={selected} deleted={deleted} />
                {!deleted && <UploadButton project={search.project ?? ''} />}
              </SpaceBetween>
            }
          >
            {text(deleted ? 'deleted' : 'documents')}
          </Header>
        }
        filter={<Filters search={search} deleted={deleted} change={change} />}
        pagination={<Pages search={search} next={next} change={change} />}
        empty={<Empty deleted={deleted} search={search} found={list.data} />}
        footer={
          next !== undefined && documents.length === 0 ? (
            <Button onClick={() => change({ ...search, pages: [...(search.pages ?? []), next] })}>
              {text('lookOn')}
            </Button>
          ) : undefined
        }
      />
    </SpaceBetween>
  )
}

export function DocumentsPage() {
  const search = useSearch({ from: '/documents' })
  const navigate = useNavigate({ from: '/documents' })
  const change = useCallback((to: Search) => void navigate({ to: '/documents', search: to }), [navigate])
  return <List deleted={false} search={search} change={change} />
}

export function DeletedPage() {
  const search = useSearch({ from: '/deleted' })
  const navigate = useNavigate({ from: '/deleted' })
  const change = useCallback((to: Search) => void navigate({ to: '/deleted', search: to }), [navigate])
  return <List deleted search={search} change={change} />
}
