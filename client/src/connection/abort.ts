/** The parts of the platform's AbortController that are used; its type belongs to the platform. */
export interface AbortSignalLike {
  readonly aborted: boolean;
}

export interface AbortControllerLike {
  readonly signal: AbortSignalLike;
  abort(): void;
}

export const newAbortController = (): AbortControllerLike => {
  const { AbortController } = globalThis as unknown as { AbortController: new () => AbortControllerLike };
  return new AbortController();
};
