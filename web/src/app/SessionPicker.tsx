import type { Demo } from './demo';
import { routeFragment, type View } from './route';

interface SessionPickerProps {
  demo: Demo;
  view: View;
  sessionId: string;
}

/** In the demo one may look over anybody's shoulder. */
export function SessionPicker({ demo, view, sessionId }: SessionPickerProps) {
  return (
    <label className="field">
      Demo session
      <select
        value={sessionId}
        onChange={(event) => {
          window.location.hash = routeFragment(view, event.target.value);
        }}
      >
        {!demo.sessions.some(({ id }) => id === sessionId) && <option>{sessionId}</option>}
        {demo.sessions.map(({ id }) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  );
}
