import type { Map as MapLibreMap, MapMovementEvent } from 'maplibre-gl';

/** Browsers limit themselves to 30 frames per second (33 ms) to save a battery: such frames are not slow. */
const SLOW_FRAME_MS = 40;
/** A single long frame is no slow device: the page may have handled new positions in it. */
const SLOW_FRAMES_IN_A_ROW = 3;
/** With fewer pixels, the names on the map could not be read. */
const LOWEST_PIXEL_RATIO = 0.5;
/** A reader who drags again at once should not wait for a sharp frame in between. */
const REST_MS = 200;
/** How long the device counts as slow, so that each drag begins as the last one ended. After that it is judged anew. */
const SLOW_DEVICE_MS = 30_000;

export interface Resolution {
  readonly pixelRatio: number;
  /** How many of the last frames were slow, without a fast one between them. */
  readonly slowFrames: number;
}

/** The resolution for the next frame of a movement, after one that took `frameMs`. */
export function resolutionAfter({ pixelRatio, slowFrames }: Resolution, frameMs: number): Resolution {
  if (frameMs <= SLOW_FRAME_MS) return { pixelRatio, slowFrames: 0 };
  if (slowFrames + 1 < SLOW_FRAMES_IN_A_ROW) return { pixelRatio, slowFrames: slowFrames + 1 };
  const reduced = Math.max(LOWEST_PIXEL_RATIO, pixelRatio / 2);
  return { pixelRatio: Math.min(pixelRatio, reduced), slowFrames: 0 };
}

/**
 * Draws the map with fewer pixels while the reader moves it, when its frames are slow (most of all without a graphics
 * card), and sharp again when it rests. Returns what ends that.
 */
export function adaptPixelRatio(map: MapLibreMap): () => void {
  let slowDevice = { pixelRatio: Infinity, untilMs: 0 };
  let frameRequest: number | undefined;
  let restTimer: ReturnType<typeof setTimeout> | undefined;

  /** With null, as many pixels as the screen has. */
  const draw = (pixelRatio: number | null) => {
    if (map.getPixelRatio() === (pixelRatio ?? window.devicePixelRatio)) return;
    // What `setPixelRatio` does, but for its `stop()` and its events of a movement: these would end the drag.
    map._overridePixelRatio = pixelRatio;
    map._resizeInternal();
    // The canvas is empty after a change of its size, and would be shown so.
    map.redraw();
  };
  const stopMeasuring = () => {
    if (frameRequest !== undefined) cancelAnimationFrame(frameRequest);
    frameRequest = undefined;
    clearTimeout(restTimer);
  };
  const onMoveStart = ({ originalEvent }: MapMovementEvent) => {
    // Not for the camera that follows a trainer, which would blur the map again and again.
    if (!originalEvent) return;
    stopMeasuring();
    const learned = performance.now() < slowDevice.untilMs ? slowDevice.pixelRatio : Infinity;
    let resolution = { pixelRatio: Math.min(window.devicePixelRatio, learned), slowFrames: 0 };
    let lastMs: number | undefined;
    frameRequest = requestAnimationFrame(function onFrame(nowMs) {
      if (lastMs !== undefined) resolution = resolutionAfter(resolution, nowMs - lastMs);
      lastMs = nowMs;
      if (resolution.pixelRatio < map.getPixelRatio()) {
        const { pixelRatio } = resolution;
        if (pixelRatio !== learned) slowDevice = { pixelRatio, untilMs: performance.now() + SLOW_DEVICE_MS };
        draw(pixelRatio);
      }
      frameRequest = requestAnimationFrame(onFrame);
    });
  };
  const onMoveEnd = () => {
    if (frameRequest === undefined) return;
    stopMeasuring();
    restTimer = setTimeout(() => draw(null), REST_MS);
  };
  map.on('movestart', onMoveStart);
  map.on('moveend', onMoveEnd);
  return () => {
    stopMeasuring();
    map.off('movestart', onMoveStart);
    map.off('moveend', onMoveEnd);
  };
}
