import type { Demo } from './demo';
import { routeFragment, type View } from './route';
import { useWords } from './words';

interface SessionPickerProps {
  demo: Demo;
  view: View;
  sessionId: string;
}

/** In the demo, everybody may open any session. */
export function SessionPicker({ demo, view, sessionId }: SessionPickerProps) {
  const { app } = useWords();
  // Two phones that drive one session would both be wrong.
  const offered = demo.sessions.filter(({ driven }) => view !== 'trainer' || !driven);
  return (
    <label className="field">
      {app.demoSession}
      <select
        value={sessionId}
        onChange={(event) => {
          window.location.hash = routeFragment(view, event.target.value);
        }}
      >
        {!offered.some(({ id }) => id === sessionId) && <option>{sessionId}</option>}
        {offered.map(({ id }) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  );
}
