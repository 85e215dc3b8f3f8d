import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { lazy, Suspense, useState } from 'react'

import type { Document } from '../api/client'
import { useText } from '../shared/text'
import { useActions } from './actions'

const AskDialog = lazy(() =>
  import('./AskDialog').then(({ AskDialog: component }) => ({ default: component })),
)

type Asking = 'rename' | 'move' | undefined

/** What can be done with the documents that are selected, or with the one that is shown. */
export function ActionBar({ documents, deleted }: { documents: readonly Document[]; deleted: boolean }) {
  const text = useText()
  const actions = useActions()
  const [asking, setAsking] = useState<Asking>()
  const [only] = documents
  const none = documents.length === 0
  if (deleted) {
    return (
      <Button disabled={none} iconName="undo" onClick={() => void actions.run('restore', documents)}>
        {text('restore')}
      </Button>
    )
  }
  const items = [
    { id: 'rename', text: text('rename'), disabled: documents.length !== 1 },
    { id: 'move', text: text('move') },
    { id: 'reprocess', text: text('reprocess') },
  ]
  const choose = (id: string) => {
    if (id === 'reprocess') void actions.run('reprocess', documents)
    else setAsking(id === 'rename' ? 'rename' : 'move')
  }
  const answer = async (value: string) => {
    if (asking === 'move') await actions.run('move', documents, value)
    else if (only) await actions.rename(only, value)
    setAsking(undefined)
  }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button disabled={none} iconName="download" onClick={() => void actions.download(documents)}>
        {text('download')}
      </Button>
      <Button disabled={none} iconName="remove" onClick={() => void actions.run('delete', documents)}>
        {text('delete')}
      </Button>
      <ButtonDropdown disabled={none} items={items} onItemClick={({ detail }) => choose(detail.id)}>
        {text('actions')}
      </ButtonDropdown>
      {asking && only && (
        <Suspense fallback={null}>
          <AskDialog
            title={text(asking)}
            label={text(asking === 'rename' ? 'newName' : 'newProject')}
            initial={asking === 'rename' ? only.name : only.project}
            empty={asking === 'move'}
            answer={answer}
            close={() => setAsking(undefined)}
          />
        </Suspense>
      )}
    </SpaceBetween>
  )
}
