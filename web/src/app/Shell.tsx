import Alert from '@cloudscape-design/components/alert'
import AppLayoutToolbar from '@cloudscape-design/components/app-layout-toolbar'
import Button from '@cloudscape-design/components/button'
import Flashbar from '@cloudscape-design/components/flashbar'
import SideNavigation from '@cloudscape-design/components/side-navigation'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TopNavigation from '@cloudscape-design/components/top-navigation'
import { onlineManager } from '@tanstack/react-query'
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import { useState, useSyncExternalStore } from 'react'

import { useServices } from '../shared/context'
import { dismiss, useNotices } from '../shared/notices'
import { useText } from '../shared/text'
import { Uploads } from '../upload/Uploads'

function useEnded(): boolean {
  const { session } = useServices()
  const [ended, setEnded] = useState(false)
  useSyncExternalStore(
    (changed) =>
      session.onEnd(() => {
        setEnded(true)
        changed()
      }),
    () => ended,
  )
  return ended
}

function Banners() {
  const text = useText()
  const { session } = useServices()
  const ended = useEnded()
  const online = useSyncExternalStore(
    (changed) => onlineManager.subscribe(changed),
    () => onlineManager.isOnline(),
  )
  return (
    <>
      {ended && (
        <Alert
          type="warning"
          header={text('expired')}
          action={<Button onClick={() => void session.signIn()}>{text('signIn')}</Button>}
        >
          {text('expiredText')}
        </Alert>
      )}
      {!online && <Alert type="info">{text('offline')}</Alert>}
    </>
  )
}

function Notices() {
  const text = useText()
  const items = useNotices().map(({ action, type, ...notice }) => ({
    ...notice,
    type: type === 'in-progress' ? ('info' as const) : type,
    loading: type === 'in-progress',
    dismissible: true,
    dismissLabel: text('dismiss'),
    onDismiss: () => dismiss(notice.id),
    action: action && <Button onClick={action.run}>{action.text}</Button>,
  }))
  return <Flashbar items={items} stackItems />
}

/** The frame of every page: who is signed in, where one can go, what happened. */
export function Shell() {
  const text = useText()
  const router = useRouter()
  const { session } = useServices()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [open, setOpen] = useState(() => window.innerWidth > 900)
  const go = (event: CustomEvent<{ href?: string | undefined }>) => {
    event.preventDefault()
    if (event.detail.href !== undefined) router.history.push(event.detail.href)
  }
  const pages = [
    { href: '/documents', text: text('documents') },
    { href: '/deleted', text: text('deleted') },
    { href: '/usage', text: text('usage') },
    ...(session.operator ? [{ href: '/operations', text: text('letters') }] : []),
  ]
  return (
    <>
      <header id="top">
        <TopNavigation
          identity={{
            href: '/documents',
            title: text('title'),
            onFollow: (event) => {
              event.preventDefault()
              router.history.push('/documents')
            },
          }}
          utilities={[
            {
              type: 'menu-dropdown',
              text: session.email,
              iconName: 'user-profile',
              items: [{ id: 'sign-out', text: text('signOut') }],
              onItemClick: () => void session.signOut(),
            },
          ]}
        />
      </header>
      <AppLayoutToolbar
        headerSelector="#top"
        toolsHide
        navigationOpen={open}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        notifications={<Notices />}
        stickyNotifications
        navigation={
          <SideNavigation
            activeHref={path.startsWith('/documents') ? '/documents' : path}
            items={pages.map((page) => ({ type: 'link', ...page }))}
            onFollow={go}
          />
        }
        content={
          <SpaceBetween size="m">
            <Banners />
            <Uploads />
            <Outlet />
          </SpaceBetween>
        }
      />
    </>
  )
}
