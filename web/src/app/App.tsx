import { useMemo } from 'react';
import { OperatorView } from '../operator/OperatorView';
import { StudentView } from '../student/StudentView';
import { TrainerView } from '../trainer/TrainerView';
import { useDemo, type Demo, type DemoSession } from './demo';
import { Doorway } from './Doorway';
import { takeHandedToken } from './handedToken';
import { parseRoute, useFragment, type Route } from './route';
import { ServiceProvider } from './ServiceProvider';
import { SessionPicker } from './SessionPicker';
import { ViewBar } from './ViewBar';

/** Finds out who looks at what, and shows that view. */
export function App() {
  const fragment = useFragment();
  const demoState = useDemo();
  const demo = demoState.status === 'demo' ? demoState.demo : undefined;
  const handedToken = useMemo(() => takeHandedToken(fragment), [fragment]);
  const route = withDemoSession(parseRoute(fragment), demo);
  const session = demo?.sessions.find(({ id }) => id === route.sessionId);
  const token = handedToken ?? (demo && demoToken(demo, route, session));

  return (
    <>
      <ViewBar route={route} />
      {token && (route.sessionId || route.view === 'operator') ? (
        <ServiceProvider key={token} token={token}>
          <ViewOf route={route} demo={demo} />
        </ServiceProvider>
      ) : (
        <Doorway asking={demoState.status === 'asking'} />
      )}
    </>
  );
}

function ViewOf({ route: { view, sessionId = '' }, demo }: { route: Route; demo: Demo | undefined }) {
  const picker = demo && <SessionPicker demo={demo} view={view} sessionId={sessionId} />;
  switch (view) {
    case 'student':
      return <StudentView key={sessionId} sessionId={sessionId} footer={picker} />;
    case 'trainer':
      return <TrainerView key={sessionId} sessionId={sessionId} simulation={Boolean(demo)} footer={picker} />;
    case 'operator':
      return <OperatorView linked={Boolean(demo)} />;
  }
}

/** A link without a session shows the demo's first one. */
function withDemoSession(route: Route, demo: Demo | undefined): Route {
  return route.sessionId ? route : { ...route, sessionId: demo?.sessions[0]?.id };
}

function demoToken(demo: Demo, route: Route, session: DemoSession | undefined): string | undefined {
  if (route.view === 'operator') return demo.tokens.operator;
  if (!session) return undefined;
  return route.view === 'student'
    ? demo.tokens.student[session.studentId]
    : demo.tokens.trainer[session.trainerId];
}
