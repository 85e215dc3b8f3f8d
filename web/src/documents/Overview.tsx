import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Steps from '@cloudscape-design/components/steps'

import type { Document, Schemas } from '../api/client'
import { bytes, when } from '../shared/format'
import { useText } from '../shared/text'
import { StatusCell } from './columns'
import { tellingFact } from './facts'
import { look } from './status'

const WAY = ['uploading', 'queued', 'processing'] as const

function Progress({ document }: { document: Document }) {
  const text = useText()
  const { type, step } = look(document.status)
  const times = [document.created_at, undefined, document.processing?.began_at]
  const before = WAY.slice(0, step - 1).map((status, index) => ({
    header: text(status),
    status: 'success' as const,
    details: times[index] === undefined ? '' : when(times[index], text.locale),
  }))
  const now = {
    header: text(document.status),
    status: type === 'not-started' ? ('pending' as const) : type,
    details: when(document.updated_at, text.locale),
  }
  return <Steps ariaLabel={text('progress')} steps={[...before, now]} />
}

function place(core: Schemas['EnvelopeCore'] | undefined): string | undefined {
  const [latitude, longitude] = [core?.latitude_deg, core?.longitude_deg]
  return typeof latitude === 'number' && typeof longitude === 'number'
    ? `${latitude},${longitude}`
    : undefined
}

/** What a document is, in short: how far it is, and its core facts. */
export function Overview({
  document,
  envelope,
}: {
  document: Document
  envelope: Schemas['Envelope'] | undefined
}) {
  const text = useText()
  const where = place(envelope?.core)
  const [latitude, longitude] = where?.split(',') ?? []
  const map = `https://www.openstreetmap.org/?mlat=${latitude ?? ''}&mlon=${longitude ?? ''}`
  const optional = [
    { label: text('fact'), value: tellingFact(document.facts ?? {}, text) },
    { label: text('claimed'), value: document.declared_media_type ?? '' },
    { label: text('suffixType'), value: envelope?.claims?.suffix ?? '' },
    { label: text('purged'), value: document.purge_at ? when(document.purge_at, text.locale) : '' },
    { label: 'SHA-256', value: document.sha256 ?? '' },
  ].filter(({ value }) => value !== '')
  return (
    <SpaceBetween size="l">
      {document.reason && (
        <Alert type={document.status === 'failed' ? 'error' : 'info'} header={text('reason')}>
          {document.reason}
        </Alert>
      )}
      <Container header={<Header variant="h2">{text('overview')}</Header>}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: text('status'), value: <StatusCell document={document} text={text} /> },
            { label: text('actual'), value: document.media_type ?? '–' },
            { label: text('size'), value: bytes(document.size_bytes, text.locale) },
            { label: text('project'), value: document.project || '–' },
            { label: text('added'), value: when(document.created_at, text.locale) },
            { label: text('changed'), value: when(document.updated_at, text.locale) },
            ...optional,
            ...(where === undefined
              ? []
              : [
                  {
                    label: text('map'),
                    value: (
                      <Link external href={map} rel="noopener noreferrer">
                        {where}
                      </Link>
                    ),
                  },
                ]),
          ]}
        />
      </Container>
      <Container header={<Header variant="h2">{text('progress')}</Header>}>
        <Progress document={document} />
      </Container>
    </SpaceBetween>
  )
}
