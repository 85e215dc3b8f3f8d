import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'

import { useText } from '../shared/text'

/** What somebody sees who is not signed in: why, and the way in. */
export function Gate({ why, signIn }: { why: Error | 'signed-out'; signIn: () => void }) {
  const text = useText()
  return (
    <Box padding="xxxl" textAlign="center">
      <main>
        <SpaceBetween size="l" alignItems="center">
          <Box variant="h1">{text(why === 'signed-out' ? 'signedOut' : 'signInFailed')}</Box>
          {why === 'signed-out' ? (
            <Box>{text('signedOutText')}</Box>
          ) : (
            <Alert type="error" header={text('signInFailedText')}>
              {why.message}
            </Alert>
          )}
          <Button variant="primary" onClick={signIn}>
            {text('signIn')}
          </Button>
        </SpaceBetween>
      </main>
    </Box>
  )
}
