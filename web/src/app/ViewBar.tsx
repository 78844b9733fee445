import { firstSession, type Demo } from './demo';
import { routeFragment, VIEWS, type Route, type View } from './route';
import { useWords } from './words';

/** In the demo one may be anybody: goes from one person's view of a session to another's. */
export function ViewBar({ route, demo }: { route: Route; demo: Demo }) {
  const { views } = useWords().app;
  return (
    <nav className="bar" aria-label={views.label}>
      {VIEWS.map((view) => (
        <a
          key={view}
          href={routeFragment(view, sessionFor(view, route, demo))}
          aria-current={view === route.view ? 'page' : undefined}
        >
          {views[view]}
        </a>
      ))}
    </nav>
  );
}

/** The same session where that makes sense. */
function sessionFor(view: View, { sessionId }: Route, demo: Demo): string | undefined {
  if (view === 'operator') return undefined;
  const session = demo.sessions.find(({ id }) => id === sessionId);
  return session && !(view === 'trainer' && session.driven) ? session.id : firstSession(demo, view)?.id;
}
