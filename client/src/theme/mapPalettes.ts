import type { Scheme } from './colors.js';

/** Every colour the basemap draws with. The marks on top of it have theirs in `colors`. */
export interface MapPalette {
  readonly land: string;
  readonly water: string;
  readonly park: string;
  readonly pitch: string;
  readonly building: string;
  readonly buildingEdge: string;
  readonly street: string;
  readonly streetEdge: string;
  readonly avenue: string;
  readonly motorway: string;
  readonly motorwayEdge: string;
  readonly rail: string;
  readonly streetName: string;
  readonly placeName: string;
  readonly parkName: string;
  readonly halo: string;
  readonly trail: string;
  readonly live: string;
  readonly delayed: string;
  readonly lost: string;
}

const light: MapPalette = {
  land: '#f3f1ec',
  water: '#bcd7e8',
  park: '#d8e8cd',
  pitch: '#cbe0c0',
  building: '#e7e3db',
  buildingEdge: '#dbd6cc',
  street: '#ffffff',
  streetEdge: '#e2ddd3',
  avenue: '#ffffff',
  motorway: '#fbe3b5',
  motorwayEdge: '#e9c98d',
  rail: '#d3cec5',
  streetName: '#6d6a64',
  placeName: '#4a5560',
  parkName: '#4d7350',
  halo: '#fbfaf7',
  trail: '#3157e0',
  live: '#17905b',
  delayed: '#d18a00',
  lost: '#c9483b',
};

const dark: MapPalette = {
  land: '#1b1f26',
  water: '#10202f',
  park: '#1d2b26',
  pitch: '#22332c',
  building: '#232830',
  buildingEdge: '#2a303a',
  street: '#2e3540',
  streetEdge: '#1b1f26',
  avenue: '#3a4350',
  motorway: '#544d3f',
  motorwayEdge: '#1b1f26',
  rail: '#2a303a',
  streetName: '#939daa',
  placeName: '#b3bdc9',
  parkName: '#7fa58a',
  halo: '#181b21',
  trail: '#86a0ff',
  live: '#57d39a',
  delayed: '#f3c263',
  lost: '#ff8a7d',
};

export const mapPalettes: Readonly<Record<Scheme, MapPalette>> = { light, dark };
