export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export interface HomeOnMap extends Place {
  readonly label: string;
}

export interface TrainerOnMap extends Place {
  /** Degrees clockwise from north; null: not known. */
  readonly heading: number | null;
  /** Metres, the radius of the 95 % circle. */
  readonly accuracy: number | null;
  /** Read out instead of the mark. */
  readonly label: string;
  readonly signal: 'LIVE' | 'DELAYED' | 'LOST' | 'OFFLINE';
}

export interface MapProps {
  readonly label: string;
  readonly home: HomeOnMap | null;
  readonly trainer: TrainerOnMap | null;
  /** The way so far, oldest first. */
  readonly trail: readonly Place[];
}
