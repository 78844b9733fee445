/* Runs in the browser, after Altair's own scripts. */
/* global AltairGraphQL, MutationObserver, document, localStorage, location */

const response = await fetch(new URL('collection.json', import.meta.url));
const { initialWindows, ...options } = await response.json();
AltairGraphQL.init({
  ...options,
  // Altair does not resolve a window's URL, so it must be absolute.
  initialWindows: initialWindows.map((window) => ({
    ...window,
    endpointURL: new URL(window.endpointURL, location.origin).href,
  })),
});

// Altair shows the window that was opened last, but a new collection should start with its first one. Later visits keep
// the user's window.
const opened = `${options.instanceStorageNamespace}opened`;
if (!localStorage.getItem(opened)) {
  const observer = new MutationObserver(() => {
    const tabs = document.querySelectorAll('.window-switcher__item:has(.window-switcher__close)');
    if (tabs.length < initialWindows.length) return;
    observer.disconnect();
    localStorage.setItem(opened, 'true');
    tabs[0].click();
  });
  observer.observe(document.body, { childList: true, subtree: true });
}
