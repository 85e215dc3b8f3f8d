import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import FileDropzone, { useFilesDragging } from '@cloudscape-design/components/file-dropzone'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'

import { useRefresh } from '../documents/queries'
import { useServices } from '../shared/context'
import { bytes } from '../shared/format'
import { useText } from '../shared/text'
import { add, cancel, clearEnded, retry, useUploads, type Upload } from './uploads'

function Line({ upload }: { upload: Upload }) {
  const text = useText()
  const { api } = useServices()
  const refresh = useRefresh()
  const { id, file, sent, state, error } = upload
  const size = bytes(file.size, text.locale)
  const active = state === 'waiting' || state === 'sending'
  const result = state === 'done' ? text('uploaded') : state === 'cancelled' ? text('cancelled') : error
  return (
    <SpaceBetween size="xxs">
      <ProgressBar
        label={file.name}
        value={file.size === 0 ? 0 : (100 * sent) / file.size}
        description={text('sent', { sent: bytes(sent, text.locale), size })}
        status={active ? 'in-progress' : state === 'done' ? 'success' : 'error'}
        additionalInfo={state === 'waiting' ? text('waiting') : undefined}
        resultText={result}
      />
      {active && (
        <Button variant="inline-link" ariaLabel={`${text('cancel')} ${file.name}`} onClick={() => cancel(id)}>
          {text('cancel')}
        </Button>
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <Button
          variant="inline-link"
          ariaLabel={`${text('tryAgain')} ${file.name}`}
          onClick={() => retry(api, id, refresh)}
        >
          {text('tryAgain')}
        </Button>
      )}
    </SpaceBetween>
  )
}

/** How far all of it is, and a line for each file that is not there yet. */
function Panel({ uploads }: { uploads: readonly Upload[] }) {
  const text = useText()
  const counted = uploads.filter(({ state }) => state !== 'cancelled')
  const size = counted.reduce((sum, { file }) => sum + file.size, 0)
  const sent = counted.reduce((sum, upload) => sum + upload.sent, 0)
  const rest = uploads.filter(({ state }) => state !== 'done')
  return (
    <ExpandableSection
      variant="container"
      defaultExpanded
      headerText={text('uploads')}
      headerCounter={`(${uploads.length - rest.length}/${uploads.length})`}
      headerDescription={text('sent', { sent: bytes(sent, text.locale), size: bytes(size, text.locale) })}
      headerActions={<Button onClick={clearEnded}>{text('clear')}</Button>}
    >
      <SpaceBetween size="s">
        {rest.length > 0 ? (
          rest.map((upload) => <Line key={upload.id} upload={upload} />)
        ) : (
          <StatusIndicator>{text('uploaded')}</StatusIndicator>
        )}
      </SpaceBetween>
    </ExpandableSection>
  )
}

/** Where files can be dropped while they are dragged over the page, and how far those under way are. */
export function Uploads() {
  const text = useText()
  const { api } = useServices()
  const refresh = useRefresh()
  const uploads = useUploads()
  const { areFilesDragging: dragging } = useFilesDragging()
  const project = useRouterState({
    select: ({ location }) => ('project' in location.search ? (location.search.project ?? '') : ''),
  })
  const active = uploads.some(({ state }) => state === 'waiting' || state === 'sending')
  useEffect(() => {
    if (!active) return undefined
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [active])
  return (
    <>
      {dragging && (
        <FileDropzone onChange={({ detail }) => add(api, detail.value, project, refresh)}>
          <Box padding="xl" textAlign="center" fontSize="heading-m">
            {project === '' ? text('drop') : text('dropInto', { project })}
          </Box>
        </FileDropzone>
      )}
      {uploads.length > 0 && <Panel uploads={uploads} />}
    </>
  )
}
