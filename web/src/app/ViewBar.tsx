import { routeFragment, type Route, type View } from './route';

const NAMES: Record<View, string> = { student: 'Student', trainer: 'Trainer', operator: 'Operator' };

/** Goes from one person's view of the same session to another's. */
export function ViewBar({ route }: { route: Route }) {
  return (
    <nav className="bar" aria-label="Views">
      {(Object.keys(NAMES) as View[]).map((view) => (
        <a
          key={view}
          href={routeFragment(view, view === 'operator' ? undefined : route.sessionId)}
          aria-current={view === route.view ? 'page' : undefined}
        >
          {NAMES[view]}
        </a>
      ))}
    </nav>
  );
}
