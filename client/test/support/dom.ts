import { Window } from 'happy-dom';

// Only what React needs to render. The rest stays Node's: fetch and AbortController must be a pair.
const window = new Window();
Object.assign(globalThis, {
  window,
  document: window.document,
  navigator: window.navigator,
  HTMLElement: window.HTMLElement,
  HTMLIFrameElement: window.HTMLIFrameElement,
});
