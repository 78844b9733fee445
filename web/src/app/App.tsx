import { useEffect, useMemo } from 'react';
import { OperatorView } from '../operator/OperatorView';
import { StudentView } from '../student/StudentView';
import { TrainerView } from '../trainer/TrainerView';
import { firstSession, useDemo, type Demo, type DemoSession, type DemoState } from './demo';
import { SignIn, type SignInReason } from './SignIn';
import { takeHandedToken } from './handedToken';
import { parseRoute, routeFragment, useFragment, type Route } from './route';
import { ServiceProvider } from './ServiceProvider';
import { SessionPicker } from './SessionPicker';
import { ViewBar } from './ViewBar';

/** Finds out who the viewer is and what they view, and shows that view. */
export function App() {
  const fragment = useFragment();
  const demoState = useDemo();
  const handedToken = useMemo(() => takeHandedToken(fragment), [fragment]);
  const route = parseRoute(fragment);
  const { demo, token: demoToken } = demoAccess(demoState, route);
  const known = demoState.status === 'demo' ? demoState.known : undefined;
  const token = handedToken ?? demoToken;
  useFirstSession(route, demo);

  return (
    <>
      {demo && route.view !== 'guest' && <ViewBar route={route} demo={demo} />}
      {token && (route.sessionId || route.view === 'operator') ? (
        <ServiceProvider key={token} token={token}>
          <ViewOf route={route} demo={demo} known={known} />
        </ServiceProvider>
      ) : (
        <SignIn
          reason={signInReason(demoState, route)}
          footer={demo && route.view !== 'guest' && pickerOf(demo, route)}
        />
      )}
    </>
  );
}

function signInReason({ status }: DemoState, { view, sessionId }: Route): SignInReason {
  if (view === 'guest') return 'NO_KEY';
  if (status === 'loading') return 'ASKING';
  // Without a session the demo is about to choose one.
  if (status === 'demo') return sessionId ? 'NOT_IN_DEMO' : 'ASKING';
  return 'NO_KEY';
}

function demoAccess(
  state: DemoState,
  { view, sessionId = '' }: Route,
): { demo?: Demo; token?: string | undefined } {
  if (state.status !== 'demo') return {};
  const { demo, known } = state;
  const { tokens } = demo;
  if (view === 'operator') return { demo, token: tokens.operator };
  const session = known.get(sessionId);
  if (!session || view === 'guest') return { demo };
  return {
    demo,
    token: view === 'student' ? tokens.student[session.studentId] : tokens.trainer[session.trainerId],
  };
}

/** In the demo a link without a session goes to one that shows something, and stays there. */
function useFirstSession({ view, sessionId }: Route, demo: Demo | undefined): void {
  useEffect(() => {
    const first = demo && view !== 'operator' && view !== 'guest' && !sessionId && firstSession(demo, view);
    if (first) window.location.replace(routeFragment(view, first.id));
  }, [view, sessionId, demo]);
}

function pickerOf(demo: Demo, { view, sessionId = '' }: Route) {
  return <SessionPicker demo={demo} view={view} sessionId={sessionId} />;
}

interface ViewOfProps {
  route: Route;
  demo: Demo | undefined;
  known: ReadonlyMap<string, DemoSession> | undefined;
}

function ViewOf({ route, demo, known }: ViewOfProps) {
  const { view, sessionId = '' } = route;
  const picker = demo && pickerOf(demo, route);
  // The demo books new sessions for ever: listed from the beginning, those of now would be too far down.
  const demoSessionIds = useMemo(() => known && [...known.keys()], [known]);
  switch (view) {
    case 'student':
      return <StudentView key={sessionId} sessionId={sessionId} footer={picker} />;
    case 'guest':
      return <StudentView key={sessionId} sessionId={sessionId} isGuest />;
    case 'trainer':
      return <TrainerView key={sessionId} sessionId={sessionId} simulation={Boolean(demo)} footer={picker} />;
    case 'operator':
      return <OperatorView demoSessionIds={demoSessionIds} />;
  }
}
