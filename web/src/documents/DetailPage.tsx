import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect } from 'react'

import type { Document } from '../api/client'
import { ApiError } from '../api/problem'
import { Failure } from '../shared/Failure'
import { useText } from '../shared/text'
import { ActionBar } from './ActionBar'
import { Facets } from './Facets'
import { Json, Metadata } from './Metadata'
import { Overview } from './Overview'
import { useDocument, useEnvelope, useNeighbours } from './queries'
import { Versions } from './Versions'

/** Previous and next of the list, by buttons and by the keys k and j. */
function Turning({ id }: { id: string }) {
  const text = useText()
  const navigate = useNavigate()
  const { previous, next } = useNeighbours(id)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest('input, textarea, [role=dialog]')
      const to = event.key === 'k' ? previous : event.key === 'j' ? next : undefined
      if (typing || event.ctrlKey || event.metaKey || event.altKey || to === undefined) return
      void navigate({ to: '/documents/$id', params: { id: to } })
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [previous, next, navigate])
  const go = (to: string | undefined) => {
    if (to !== undefined) void navigate({ to: '/documents/$id', params: { id: to } })
  }
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      <Button
        iconName="angle-left"
        variant="icon"
        ariaLabel={text('previous')}
        disabled={previous === undefined}
        onClick={() => go(previous)}
      />
      <Button
        iconName="angle-right"
        variant="icon"
        ariaLabel={text('next')}
        disabled={next === undefined}
        onClick={() => go(next)}
      />
    </SpaceBetween>
  )
}

function Detail({ document }: { document: Document }) {
  const text = useText()
  const envelope = useEnvelope(document)
  const data = envelope.data
  const missing = envelope.isLoading ? <Spinner /> : <Box>{text('noEnvelope')}</Box>
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Turning id={document.id} />
            <ActionBar documents={[document]} deleted={document.status === 'deleted'} />
          </SpaceBetween>
        }
      >
        {document.name}
      </Header>
      {data?.mismatch && (
        <Alert type="warning" header={text('mismatch')}>
          {text('mismatchText', {
            claimed: data.claims?.declared ?? data.claims?.suffix ?? '',
            actual: data.media_type,
          })}
        </Alert>
      )}
      <Tabs
        tabs={[
          {
            id: 'overview',
            label: text('overview'),
            content: <Overview document={document} envelope={data} />,
          },
          {
            id: 'metadata',
            label: text('metadata'),
            content: data ? <Metadata envelope={data} /> : missing,
          },
          {
            id: 'facets',
            label: text('facets'),
            content: data ? <Facets envelope={data} /> : missing,
          },
          { id: 'json', label: text('json'), content: data ? <Json value={data} /> : missing },
          { id: 'versions', label: text('versions'), content: <Versions document={document} /> },
        ]}
      />
    </SpaceBetween>
  )
}

export function DetailPage() {
  const text = useText()
  const { id } = useParams({ from: '/documents/$id' })
  const document = useDocument(id)
  if (document.data) return <Detail key={id} document={document.data} />
  if (!document.isError) return <Spinner />
  const { error } = document
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) {
    return <Alert type="info">{text('notFoundDocument')}</Alert>
  }
  return <Failure error={error} retry={() => void document.refetch()} />
}
