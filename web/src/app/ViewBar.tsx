import { firstSession, type Demo } from './demo';
import { routeFragment, type Route, type View } from './route';

const NAMES: Record<View, string> = { student: 'Student', trainer: 'Trainer', operator: 'Operator' };

/** In the demo one may be anybody: goes from one person's view of a session to another's. */
export function ViewBar({ route, demo }: { route: Route; demo: Demo }) {
  return (
    <nav className="bar" aria-label="Views">
      {(Object.keys(NAMES) as View[]).map((view) => (
        <a
          key={view}
          href={routeFragment(view, sessionFor(view, route, demo))}
          aria-current={view === route.view ? 'page' : undefined}
        >
          {NAMES[view]}
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
