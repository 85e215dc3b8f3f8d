import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FileDropzone, { useFilesDragging } from '@cloudscape-design/components/file-dropzone'
import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
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
                <Button
                    variant="inline-link"
                    ariaLabel={`${text('cancel')} ${file.name}`}
                    onClick={() => cancel(id)}
                >
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
            {uploads.length > 0 && (
                <Container
                    header={
                        <Header
                            variant="h2"
                            counter={`(${uploads.length})`}
                            actions={<Button onClick={clearEnded}>{text('clear')}</Button>}
                        >
                            {text('uploads')}
                        </Header>
                    }
                >
                    <SpaceBetween size="s">
                        {uploads.map((upload) => (
                            <Line key={upload.id} upload={upload} />
                        ))}
                    </SpaceBetween>
                </Container>
            )}
        </>
    )
}
