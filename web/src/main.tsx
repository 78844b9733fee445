// MapLibre's first: ours change it.
import 'maplibre-gl/dist/maplibre-gl.css';
import { wordsFor } from '@journey/client/words';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { WordsContext } from './app/words';
import { applyTheme } from './ui/applyTheme';
import './ui/layout.css';
import './map/marks.css';

const words = wordsFor(navigator.languages, 'browser');
document.documentElement.lang = words.language;
document.title = words.app.title;
applyTheme(document.documentElement);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <WordsContext value={words}>
      <App />
    </WordsContext>
  </StrictMode>,
);
