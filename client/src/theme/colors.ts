/** Every colour of a screen but the map's own, as `#rrggbb` or `#rrggbbaa`, which CSS and React Native both read. */
export interface Colors {
  /** Text. */
  readonly ink: string;
  readonly inkSoft: string;
  /** What a card is made of; the map shines through a little. */
  readonly paper: string;
  readonly paperSolid: string;
  /** A part of a card that lies deeper. */
  readonly sunken: string;
  readonly edge: string;
  readonly shadowNear: string;
  readonly shadowFar: string;
  /** Behind everything, until the map is there. */
  readonly background: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly focus: string;
  /** By tone: the text, and what is behind it. */
  readonly live: string;
  readonly liveSoft: string;
  readonly waiting: string;
  readonly waitingSoft: string;
  readonly delayed: string;
  readonly delayedSoft: string;
  readonly lost: string;
  readonly lostSoft: string;
  readonly done: string;
  readonly doneSoft: string;
  readonly ended: string;
  readonly endedSoft: string;
  /** The trainer's mark on the map: live, delayed, and without a signal. */
  readonly markLive: string;
  readonly markDelayed: string;
  readonly markLost: string;
  readonly markEdge: string;
  readonly markArrow: string;
  /** The home's mark. */
  readonly home: string;
  readonly onHome: string;
  readonly homeEdge: string;
}

export type Scheme = 'light' | 'dark';

const light: Colors = {
  ink: '#1b2027',
  inkSoft: '#59616d',
  paper: '#fffffff0',
  paperSolid: '#ffffff',
  sunken: '#f1f2f5',
  edge: '#141c281a',
  shadowNear: '#141c2814',
  shadowFar: '#141c2829',
  background: '#f3f1ec',
  accent: '#3157e0',
  onAccent: '#ffffff',
  focus: '#1b40c4',
  live: '#12764a',
  liveSoft: '#dcf3e7',
  waiting: '#3157e0',
  waitingSoft: '#e3e9fd',
  delayed: '#8a5a00',
  delayedSoft: '#fdeecb',
  lost: '#b3372c',
  lostSoft: '#fce4e1',
  done: '#12764a',
  doneSoft: '#dcf3e7',
  ended: '#59616d',
  endedSoft: '#e9ebef',
  markLive: '#3157e0',
  markDelayed: '#b87900',
  markLost: '#6d7480',
  markEdge: '#ffffff',
  markArrow: '#ffffff',
  home: '#1b2027',
  onHome: '#ffffff',
  homeEdge: '#ffffff',
};

const dark: Colors = {
  ink: '#eef1f5',
  inkSoft: '#a5afbc',
  paper: '#1e2229f0',
  paperSolid: '#1e2229',
  sunken: '#272c35',
  edge: '#ffffff1a',
  shadowNear: '#00000066',
  shadowFar: '#00000080',
  background: '#1b1f26',
  accent: '#86a0ff',
  onAccent: '#101836',
  focus: '#b4c4ff',
  live: '#6fdaa5',
  liveSoft: '#173a2b',
  waiting: '#86a0ff',
  waitingSoft: '#26315a',
  delayed: '#f3c263',
  delayedSoft: '#40320f',
  lost: '#ff9d93',
  lostSoft: '#47211d',
  done: '#6fdaa5',
  doneSoft: '#173a2b',
  ended: '#a5afbc',
  endedSoft: '#2f353f',
  markLive: '#86a0ff',
  markDelayed: '#f3c263',
  markLost: '#8d97a5',
  markEdge: '#f4f6fa',
  markArrow: '#101836',
  home: '#eef1f5',
  onHome: '#1b2027',
  homeEdge: '#f4f6fa',
};

export const colors: Readonly<Record<Scheme, Colors>> = { light, dark };
